/**
 * Small files of extended xyz, four frames each, as programs compress them: two streams of bzip2
 * 1.0.8; of xz 5.4, one in blocks of 128 bytes with CRC-64, one with CRC-32, and four bytes of
 * padding; two frames of zstd 1.5, one with a checksum, and a frame to be skipped between them.
 */
export const COMPRESSED: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  Object.entries({
    'a.xyz.bz2':
      'QlpoMTFBWSZTWWuZvLkAAEPfgAAQUAN+EggEWBAqIN4AIACRFfqgjENGmmE0yDeqkaap+qfpTyBDBpowupGIzkcPSq' +
      'TOLvxZvGH2so2SZNlSNlGTduzVVWUaNWkZrqRSOzs9xd4jJrF2Iyfrys8rPcVjhVR/qsOGrBg3GCUFR48yZPxdyRTh' +
      'QkGuZvLkQlpoOTFBWSZTWd+uhbcAABbfgAAQUAN+EggEWBAqIN4AIABUNU9J6mmNTQNGE8oNTTJqaeo8oABpRqkGBg' +
      'W9SRiuKwGvUnlN0kA5TiDRFKmFAdSBClFELhyCEg7zD8PUGGMqnJkVUMhWMWb8XckU4UJDfroW3A==',
    'a.xyz.xz':
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AB/AFldABkChgeyPmk7YC3F8h8jRw3mhJOX2x0gV1NERMvnCkVExXJGgi' +
      'ZUFtGyHpXA39n9DDoR9/ENYE3tFiGd24+UCzm3KILwyJH7AYMv91CFWZNx9ngedpeu+28AAAAAAFF9uW/TAEKzAgAh' +
      'ARYAAAB0L+Wj4AB/AFxdABgIAuxxW+aenYrwOUVgL11sS2HmH7/ioNUQgX9wPoFRbaMLLT8cZsyH6yn00e+XfksU1Y' +
      '5ktdqrEgqFqRI327ZSEv2fQVTD4MUIT/6m/8Bu9m/thh2TSICqF7QAAOaeLQ+qVt9hAgAhARYAAAB0L+Wj4AA0ADNd' +
      'AB0MQ7fcaiNFAbF0281wv6yFborQBtMH4DJazAAioyqwWfH3zm4Pssipx4AWEFkzPkYgAAAAceuezIeAI8oAA3WAAX' +
      'iAAU81AABXIihFFBc7MAMAAAAABFla/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ABmAFZdABkChgeyPmk7YC3F8h8j' +
      'Rw3mhJOX2x0gV1NERMvnCkVExXJGgiZUFtGyHpXA39n9DDoR9/ENYE3tFiGd24+UCzm3KILwyJH7AYMv91CFWZNx9n' +
      'gPPeVcAAAASD/9pQABbmf5By4IkEKZDQEAAAAAAVlaAAAAAA==',
    'a.xyz.zst':
      'KLUv/QRovQIA0gQQEZB9hKtcepZwtAcVfxFji5gBgAzvQto+gHy46EZeBumsABpFJNnm219av7z7KOtNV05sZaWWdS' +
      'B9QpJxYgwX8AcASzVQ+gIwAMxgAjkAsFJWl1MCc06QolAqTRgDAAAAYWJjKLUv/QBIrQIA4kUTF5CnbYQCH3ZbvY5r' +
      'ZFksC75cU6pdb8UZdZbXNLzaHR1K07K4Gl4T7Z4QlBoWhQ/YwvZxFtewzcbg06XZJMTnQIST3+/3AClsmJQQg8oBAF' +
      'eUMA==',
  }).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
);
