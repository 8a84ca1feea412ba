import { formatSetting } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ReportConfiguration } from '../run-record.ts';

/** Members of the configuration by what they are about; what is in none stands in the last. */
const groups: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Painting', ['styleName', 'author', 'licence', 'style', 'styleSize', 'styleCrop']],
  ['Photographs', ['content', 'size', 'batch', 'validation', 'previews']],
  ['Objective', ['recipe', 'lossNetwork', 'weights', 'layerWeights']],
  ['Network', ['network']],
  ['Training', []],
];

/** The run's configuration, all of it. */
export function configurationSection({ all }: ReportConfiguration): Html {
  const grouped = new Set(groups.flatMap(([, names]) => names));
  const tables = groups.map(([title, names]) => {
    const members = names.length === 0 ? all.filter(([name]) => !grouped.has(name)) : membersNamed(all, names);
    const rows = members.flatMap(([name, value]) => flatten(name === title.toLowerCase() ? [] : [name], value));
    return rows.length === 0 ? null : settingsTable(title, rows);
  });
  return html`<section aria-labelledby="configuration-title">
<h2 id="configuration-title">Configuration</h2>
<div class="settings">${tables}</div>
</section>`;
}

type Member = readonly [name: string, value: unknown];

function membersNamed(all: readonly Member[], names: readonly string[]): readonly Member[] {
  return names.flatMap((name) => all.filter(([member]) => member === name));
}

/** One row a value: what is nested carries the names on its way. */
function flatten(names: readonly string[], value: unknown): readonly (readonly [label: string, text: string])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, nested]) => flatten([...names, name], nested));
  }
  const [first = '', ...nested] = names;
  return [[[spell(first), ...nested].join(' · '), formatSetting(value)]];
}

function settingsTable(title: string, rows: readonly (readonly [label: string, text: string])[]): Html {
  return html`<table><caption>${title}</caption><tbody>${rows.map(
    ([label, text]) => html`<tr><th scope="row">${label}</th><td>${text}</td></tr>`,
  )}</tbody></table>`;
}

/** `styleSize` as `Style size`. */
function spell(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}
