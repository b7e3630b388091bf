import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

import type { CoreModule } from './backend.js';

/**
 * Loads the N-API addon: the one built in this checkout, else that of the platform package.
 *
 * @throws Error whose one-line message carries every cause
 */
export function loadNative(): CoreModule {
  const require = createRequire(import.meta.url);
  const failures: Error[] = [];
  for (const candidate of candidates()) {
    try {
      return require(candidate) as CoreModule;
    } catch (failure) {
      failures.push(failure as Error);
    }
  }
  const causes = failures.map((failure) => failure.message.split('\n', 1)[0]).join('; ');
  throw new Error(causes, { cause: new AggregateError(failures, causes) });
}

/** Files and packages the addon may be in, best first. */
function candidates(): string[] {
  const built = builtNames().map((name) =>
    // The same address from ts/backend/ and from dist/backend/.
    fileURLToPath(new URL(`../../dist/native/quests.${name}.node`, import.meta.url)),
  );
  return [...built, ...addonPackages(platform, arch)];
}

/**
 * The packages that may have the addon for a system and a processor, as Node names both. Linux has
 * two, by the C library; the wrong one does not load. `scripts/release/platforms.mjs` lists all.
 */
export function addonPackages(system: string, processor: string): string[] {
  const endings = system === 'linux' ? ['-gnu', '-musl'] : [''];
  return endings.map((ending) => `quests-${system}-${processor}${ending}`);
}

/**
 * The names that napi-rs gives to what a checkout builds: on Windows, too, they name the C library.
 */
function builtNames(): string[] {
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
  if (platform === 'win32') return [`win32-${arch}-msvc`, `win32-${arch}-gnu`];
  return [`${platform}-${arch}`];
}
