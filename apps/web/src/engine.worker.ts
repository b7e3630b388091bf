// All computing of the page, so that its own thread has nothing to do but to show.
import { Explorer, type ExploreRequest, openBlob } from 'quests';

const explorer = new Explorer<File>(openBlob, (reply) => {
  self.postMessage(reply);
});

self.onmessage = ({ data }: MessageEvent<ExploreRequest>) => {
  void explorer.answer(data);
};
