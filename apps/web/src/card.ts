import { type CardText, cardText, type Findings } from 'quests/explore';
import { save } from './element.js';

/** Pixels: what chats and slides show whole. */
const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 64;
const ROOM = WIDTH - 2 * MARGIN;

/** A card is light wherever it is shown. */
const INK = '#1a1a1a';
const PAPER = '#ffffff';
const LINE = '#8a8a8a';
const COVERED = '#005a92';
const OUTSIDE = '#a62b00';

/** Pixels of the title's letters: the largest with which it takes two lines, else the last. */
const TITLE_SIZES = [60, 52, 44, 38];
const TITLE_LINES = 2;
const WHY_SIZE = 25;
const WHY_LINES = 4;
const NUMBER_SIZE = 26;
const SMALL_SIZE = 22;

const font = (size: number, weight = 'normal'): string => `${weight} ${size}px Helvetica, Arial, sans-serif`;

/** Gives the user the verdict as a picture. */
export async function saveCard(findings: Findings): Promise<void> {
  const text = cardText(findings);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser does not draw on a canvas');
  draw(context, text);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('this browser does not write PNG');
  save(`${text.file}.png`, blob);
}

function draw(context: CanvasRenderingContext2D, { title, why, sets, numbers, parts }: CardText): void {
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = COVERED;
  context.fillRect(0, 0, WIDTH, 12);
  context.textBaseline = 'top';
  context.fillStyle = INK;
  let top = 52;
  for (const size of TITLE_SIZES) {
    context.font = font(size, 'bold');
    const isLast = size === TITLE_SIZES.at(-1);
    const lines = wrapped(context, title, isLast ? TITLE_LINES : TITLE_LINES + 1);
    if (lines.length > TITLE_LINES && !isLast) continue;
    top = drawLines(context, lines, top, size * 1.15) + 16;
    break;
  }
  context.font = font(WHY_SIZE);
  top = drawLines(context, wrapped(context, why, WHY_LINES), top, WHY_SIZE * 1.3) + 14;
  if (parts !== null) drawParts(context, parts, top);
  drawNumbers(context, sets, numbers);
}

/** A bar of what is covered and what is outside. */
function drawParts(
  context: CanvasRenderingContext2D,
  { covered, coveredText, outsideText }: NonNullable<CardText['parts']>,
  top: number,
): void {
  context.fillStyle = COVERED;
  context.fillRect(MARGIN, top, ROOM * covered, 24);
  context.fillStyle = OUTSIDE;
  context.fillRect(MARGIN + ROOM * covered, top, ROOM * (1 - covered), 24);
  context.font = font(SMALL_SIZE, 'bold');
  context.fillStyle = COVERED;
  context.fillText(coveredText, MARGIN, top + 32);
  context.fillStyle = OUTSIDE;
  context.textAlign = 'right';
  context.fillText(outsideText, WIDTH - MARGIN, top + 32);
  context.textAlign = 'left';
}

/** A table at the foot, a column for each set. */
function drawNumbers(
  context: CanvasRenderingContext2D,
  sets: CardText['sets'],
  numbers: CardText['numbers'],
): void {
  const step = NUMBER_SIZE * 1.4;
  const first = HEIGHT - 44 - step * numbers.length;
  const [head, column] = [0.36 * ROOM, (0.64 * ROOM) / sets.length];
  context.fillStyle = LINE;
  context.fillRect(MARGIN, first - 8, ROOM, 2);
  context.fillStyle = INK;
  context.font = font(SMALL_SIZE);
  context.fillText('quests', MARGIN, first - 38);
  sets.forEach((name, at) => {
    const [line = ''] = wrapped(context, name, 1, column - 16);
    context.fillText(line, MARGIN + head + at * column, first - 38);
  });
  numbers.forEach(({ name, values }, row) => {
    const top = first + 4 + row * step;
    context.font = font(NUMBER_SIZE);
    context.fillText(name, MARGIN, top);
    context.font = font(NUMBER_SIZE, 'bold');
    values.forEach((value, at) => context.fillText(value, MARGIN + head + at * column, top));
  });
}

/** Draws lines; where the next would begin. */
function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  top: number,
  step: number,
): number {
  lines.forEach((line, at) => context.fillText(line, MARGIN, top + at * step));
  return top + lines.length * step;
}

/** Text in lines; what is left out of the last is three dots. A word that is too long is broken. */
function wrapped(context: CanvasRenderingContext2D, text: string, most: number, width = ROOM): string[] {
  const fits = (line: string): boolean => context.measureText(line).width <= width;
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < most) {
    const isLast = lines.length === most - 1;
    if (fits(rest)) {
      lines.push(rest);
      break;
    }
    const letters = Array.from(rest);
    let count = letters.length - 1;
    const mark = isLast ? '…' : '';
    while (count > 1 && !fits(letters.slice(0, count).join('').trimEnd() + mark)) count -= 1;
    const piece = letters.slice(0, count).join('');
    const space = letters[count] === ' ' ? piece.length : piece.lastIndexOf(' ');
    const line = space > 0 ? piece.slice(0, space) : piece;
    lines.push(line.trimEnd() + mark);
    rest = rest.slice(line.length).trimStart();
  }
  return lines;
}
