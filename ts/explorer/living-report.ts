import { livingPage } from '../report/living/living-page.js';
import type { PageContents } from '../report/living/linked-files.js';
import { verdictText } from '../report/wording/verdict.js';
import { type Explored, savedExploration } from './saved-exploration.js';

/**
 * A report as one HTML file that stays alive without a network: the page itself, with its map,
 * structures, selections and the label budget, and what was explored.
 *
 * @param page the files of the built page
 * @param made what is known of how the exploration was made, by name
 * @throws {QuestsError} TOO_LARGE: more than 500,000 environments; INVALID_FILE: the files are not
 *   those of a built page
 */
export async function livingReportHtml(
  explored: Explored,
  page: PageContents,
  made: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { title } = verdictText(explored.exploration.findings);
  return livingPage(page, { title, made, saved: await savedExploration(explored) });
}
