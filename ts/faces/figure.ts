/** `quests/figure`: pictures as data, and what draws them as SVG. */
export { bandwidthAdviceFigure } from '../figure/bandwidth-advice-figure.js';
export { bandwidthScanFigure } from '../figure/bandwidth-scan-figure.js';
export { entropyDifferenceFigure } from '../figure/entropy-difference-figure.js';
export { eventsFigure } from '../figure/events-figure.js';
export type { Axis, Bars, Curve, ErrorRange, Figure, Marker, Panel, Series } from '../figure/figure.js';
export { histogram } from '../figure/histogram.js';
export { learningCurveFigure } from '../figure/learning-curve-figure.js';
export { nucleiFigure, type NucleiPicture } from '../figure/nuclei-figure.js';
export { phaseLineFigure } from '../figure/phase-line-figure.js';
export type { AxisPlace, DrawnFigure, PanelPlace } from '../figure/place.js';
export { sparsificationFigure, type SparsificationPicture } from '../figure/sparsification-figure.js';
export { drawnFigure, figureSvg, type SvgOptions } from '../figure/svg.js';
export { trajectoryFigure } from '../figure/trajectory-figure.js';
