const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  crystal: ['cu_crystal.xyz'],
  'crystal-melt': ['cu_crystal.xyz', 'cu_melt.xyz'],
  'train-test': ['cu_train.xyz', 'cu_test.xyz'],
};

/** The files of a sample, one for each dataset; none where there is no such sample. */
export async function sampleFiles(name: string): Promise<File[]> {
  return Promise.all(
    (SAMPLES[name] ?? []).map(async (file) => {
      const response = await fetch(new URL(`samples/${file}`, document.baseURI));
      if (!response.ok) throw new Error(`${file}: ${response.status} ${response.statusText}`);
      return new File([await response.blob()], file);
    }),
  );
}
