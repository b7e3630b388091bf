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
  const names = triples();
  const built = names.map((name) =>
    // The same address from ts/backend/ and from dist/backend/.
    fileURLToPath(new URL(`../../dist/native/quests.${name}.node`, import.meta.url)),
  );
  return [...built, ...names.map((name) => `quests-${name}`)];
}

/**
 * This machine's names, as napi-rs has them. Linux has two, by the C library; the wrong one does
 * not load.
 */
function triples(): string[] {
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
  if (platform === 'win32') return [`win32-${arch}-msvc`];
  return [`${platform}-${arch}`];
}
