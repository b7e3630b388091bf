// npm run build: makes everything that is shipped.
import { everything } from './build/everything.mjs';
import { script } from './build/stage.mjs';

await script(everything);
