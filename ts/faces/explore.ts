/** One or two sets as a page shows them: the parts of `quests/explore` that Node and browsers have in common. */
export { MOST_EXACT } from '../base/constants.js';
export { decimals } from '../base/number-format.js';
export { engineOf } from '../backend/engine.js';
export type { DrawnFrame } from '../explore/drawn-frame.js';
export { type ColouredMap, EnvironmentMap, wholeView } from '../explore/environment-map.js';
export { explorationFigures, type NamedFigure } from '../explore/exploration-figures.js';
export {
  type Comparison,
  type Exploration,
  explore,
  type ExploredSet,
  type ExploreSettings,
  type Findings,
  frameMeans,
  type NamedSet,
  type SetNumbers,
} from '../explore/exploration.js';
export { exploredFrame, frameDeltas } from '../explore/explored-frame.js';
export { type Headline, headlinesOf } from '../explore/headline.js';
export { within } from '../explore/lasso.js';
export { KIND_COLOURS, type MapImage, RAMP, type View } from '../explore/map-picture.js';
export type { Picture } from '../explore/picture.js';
export type { SetCurve } from '../explore/set-curve.js';
export { type Verdict, verdictOf } from '../explore/verdict.js';
export { Explorer } from '../explorer/explorer.js';
export type {
  Choice,
  ChosenEnvironments,
  ExploreReply,
  ExploreRequest,
  ExploreResults,
  FrameValue,
  RunSettings,
  SavedKind,
  SetFiles,
} from '../explorer/protocol.js';
export type { OpenSetFile } from '../explorer/read-sets.js';
export { reportHtml } from '../report/report.js';
export { SERVED_META, type ServedFile, type ServedPage, type ServedReply } from '../serve/protocol.js';
