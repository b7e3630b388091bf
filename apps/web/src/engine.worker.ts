// All computing of the page, so that its own thread has nothing to do but to show.
import { Explorer, type ExploreRequest } from 'quests/explore';
import { openBlob } from 'quests/io';

// Reports write maps as PNG. What that takes is loaded now: after its first run a page asks for
// nothing any more.
void import('fast-png');

const explorer = new Explorer<File>(openBlob, (reply) => {
  self.postMessage(reply);
});

self.onmessage = ({ data }: MessageEvent<ExploreRequest>) => {
  void explorer.answer(data);
};
