/**
 * One or two sets as a page shows them, and the words for it: the parts of `quests/explore` that
 * Node and browsers have in common.
 */
export { MOST_EXACT } from '../base/constants.js';
export type { ErrorCode } from '../base/error.js';
export { engineOf } from '../backend/engine.js';
export type { AtomNeighbours } from '../explore/atom-neighbours.js';
export { type AxisTick, axisTicks } from '../explore/axis-ticks.js';
export type { Caution } from '../explore/cautions.js';
export type { DrawnFrame, FrameSummary } from '../explore/drawn-frame.js';
export type { DensityContour } from '../explore/density-contours.js';
export type { EnvironmentFilter, FilteredEnvironments } from '../explore/environment-filter.js';
export {
  type ColouredMap,
  EnvironmentMap,
  type HiddenKinds,
  type MapContour,
  type MapPlacement,
  type MapPoint,
  wholeView,
} from '../explore/environment-map.js';
export {
  type Comparison,
  type EarlyFindings,
  type Exploration,
  type ExploreOptions,
  explore,
  type ExploredSet,
  type ExploredSettings,
  type ExploreSettings,
  type Findings,
  frameMeans,
  type SetNumbers,
  type ShownSet,
} from '../explore/exploration.js';
export type { NamedSet, StoredSet } from '../explore/named-set.js';
export type { DrawnFrom } from '../explore/drawn-set.js';
export { exploredFrame, frameDeltas } from '../explore/explored-frame.js';
export type { DrawnBonds } from '../explore/frame-bonds.js';
export { type FramePlaces, isOneAxis } from '../explore/frame-places.js';
export { type Headline, type HeadlineKey, headlinesOf } from '../explore/headline.js';
export type { KeptStructures } from '../explore/keep.js';
export type { MapImage, MapView } from '../explore/map-picture.js';
export { type Colour, KIND_COLOURS, RAMP } from '../explore/palette.js';
export type { PointedAtom, PointedEnvironment } from '../explore/pointed-environment.js';
export { pointsInPolygon } from '../explore/points-in-polygon.js';
export type { EnvironmentSelection, SelectedEnvironments, SelectedFrame } from '../explore/selection.js';
export type { GapRefusal, SetCurve } from '../explore/set-curve.js';
export { type Verdict, verdictOf } from '../explore/verdict.js';
export { Explorer } from '../explorer/explorer.js';
export type { Explored } from '../explorer/saved-exploration.js';
export type {
  ExplorePreview,
  ExploreReply,
  ExploreRequest,
  ExploreResults,
  FrameValue,
  RunSettings,
  SavedKind,
  SetFiles,
} from '../explorer/protocol.js';
export { livingReportHtml } from '../explorer/living-report.js';
export { type OpenSetFile, readSets } from '../explorer/read-sets.js';
export { LiveHistory } from '../live/live-history.js';
export { type LiveDecision, type LiveOptions, LiveWatch } from '../live/live-watch.js';
export type {
  LiveEnd,
  LiveFrame,
  LiveLimit,
  LiveReply,
  LiveRequest,
  LiveRow,
  LiveState,
} from '../live/protocol.js';
export { reportDate } from '../report/date.js';
export { explorationFigures, type NamedFigure } from '../report/exploration-figures.js';
export { PAGE_LIST } from '../report/living/living-page.js';
export type { PageContents } from '../report/living/linked-files.js';
export type { Picture } from '../report/picture.js';
export { reportHtml } from '../report/report.js';
export { type CardText, cardText } from '../report/wording/card.js';
export { cautionText } from '../report/wording/caution.js';
export { type EarlyText, earlyText } from '../report/wording/early.js';
export { failureText } from '../report/wording/failure.js';
export { shortNames } from '../report/wording/file-names.js';
export { frameText } from '../report/wording/frame.js';
export { gapReasonText, gapRefusalText, type SetRecord, setRecords } from '../report/wording/gap.js';
export { type HeadlineText, headlineTexts } from '../report/wording/headlines.js';
export { compressCommand, framesCommand } from '../report/wording/command.js';
export {
  keptBesideRandom,
  type KeptQuantity,
  type KeptSettings,
  keptShareText,
  keptText,
  methodsText,
} from '../report/wording/kept.js';
export { filteredText, pointedTexts } from '../report/wording/map.js';
export { noteText } from '../report/wording/note.js';
export { nextStepText } from '../report/wording/next-step.js';
export {
  countOf,
  countText,
  decimalText,
  digitsText,
  LEAST_DELTA,
  plainText,
  rangeTexts,
} from '../report/wording/numbers.js';
export { progressText } from '../report/wording/progress.js';
export { selectedFrameText, selectionText } from '../report/wording/selection.js';
export { type VerdictText, verdictText } from '../report/wording/verdict.js';
export { SERVED_META, type ServedFile, type ServedPage, type ServedReply } from '../serve/protocol.js';
