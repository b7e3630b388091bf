// The workflows of GitHub by actionlint, a program in Go.
import { run } from '../build/stage.mjs';

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';

/** Checks all workflows, where actionlint or Go is there; says through `note` where neither is. */
export async function workflows(note) {
  if (await starts('actionlint', '-version')) await run('actionlint', []);
  else if (await starts('go', 'version')) await run('go', ['run', ACTIONLINT]);
  else note('not checked: needs actionlint or Go');
}

async function starts(command, argument) {
  return run(command, [argument]).then(
    () => true,
    () => false,
  );
}
