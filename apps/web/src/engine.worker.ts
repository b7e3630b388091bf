// All computing of the page, so that its own thread has nothing to do but to show.
import { Explorer, type ExploreRequest, readStructures } from 'quests';

const explorer = new Explorer<File>(readStructures, (reply) => {
  self.postMessage(reply);
});

self.onmessage = ({ data }: MessageEvent<ExploreRequest>) => {
  void explorer.answer(data);
};
