import { type Findings, headlineTexts } from 'quests/explore';

/** The table of headline numbers, each with what it means. */
export function numbersTable(findings: Findings): HTMLTableElement {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const text of ['quantity', ...findings.sets.map(({ name }) => name), 'meaning']) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = text;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const { name, values, meaning, isWarning } of headlineTexts(findings)) {
    const line = body.insertRow();
    const header = document.createElement('th');
    header.scope = 'row';
    header.textContent = name;
    line.append(header);
    values.forEach((value, at) => {
      const cell = line.insertCell();
      cell.className = 'value';
      cell.textContent = value;
      // Where there is no room for a head.
      cell.dataset.set = findings.sets.length > 1 ? (findings.sets[at]?.name ?? '') : '';
    });
    const cell = line.insertCell();
    cell.textContent = meaning;
    if (isWarning) cell.className = 'warning';
  }
  return table;
}
