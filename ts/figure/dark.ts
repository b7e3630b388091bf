/**
 * What the colours of a figure become on a dark page: paper, lines and text change places, series
 * are lighter.
 */
const DARK: Readonly<Record<string, string>> = {
  '#ffffff': '#16181b',
  '#fff': '#16181b',
  '#ffffffcc': '#16181bcc',
  '#e4e4e4': '#33383d',
  '#222222': '#e2e2e2',
  '#3c3c41': '#e2e2e2',
  '#555555': '#b4b4b4',
  '#b7b9be': '#5c6168',
  '#000': '#e2e2e2',
  '#000000': '#f4f4f4',
  '#0072b2': '#4aa8e0',
  '#d55e00': '#ff8a3d',
  '#009e73': '#2fc79b',
  '#cc79a7': '#e29ac1',
  '#56b4e9': '#a8dcfa',
  '#e69f00': '#ffc04d',
};

/** A figure in the colours of a dark page. */
export function darkened(svg: string): string {
  return svg.replaceAll(/(?<=(?:fill|stroke)="|(?:color|fill|stroke):\s?)#[\da-f]{3,8}\b/gi, (colour) => {
    return DARK[colour.toLowerCase()] ?? colour;
  });
}
