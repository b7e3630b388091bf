// A registry of npm on this machine alone, which has some packed packages and nothing else: what an
// installation from it lacks, it would lack anywhere.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/**
 * Serves the packages of a folder of tarballs.
 *
 * @returns {Promise<{ url: string, asked: string[], close: () => void }>} `asked`: the names of
 *   packages that somebody wanted
 */
export async function registry(folder) {
  const packages = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => ({
      file,
      bytes: readFileSync(join(folder, file)),
      manifest: manifestOf(join(folder, file)),
    }));
  const asked = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const tarball = packages.find(({ file }) => path === `-/${file}`);
    if (tarball !== undefined) {
      response.end(tarball.bytes);
      return;
    }
    asked.push(path);
    const versions = packages.filter(({ manifest }) => manifest.name === path);
    response.writeHead(versions.length > 0 ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(versions.length > 0 ? about(versions, url) : { error: 'not found' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, asked, close: () => server.close() };
}

/** The manifest of a packed package. */
export function manifestOf(tarball) {
  return JSON.parse(execFileSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));
}

/** What a registry says of a package. */
function about(versions, url) {
  const described = versions.map(({ file, bytes, manifest }) => [
    manifest.version,
    {
      ...manifest,
      dist: {
        tarball: `${url}/-/${file}`,
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      },
    },
  ]);
  const { name, version } = versions[0].manifest;
  return { name, 'dist-tags': { latest: version }, versions: Object.fromEntries(described) };
}
