import { createHash } from 'node:crypto';
import { Html, html } from '../../src/report/html.ts';
import { choices } from './arrangement.ts';

const labels = { L: 'Left', R: 'Right', equal: 'Neither' } as const;

const style = `body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 96rem; padding: 0 1rem }
section { border-top: 1px solid #999; padding: 1rem 0 }
img { height: auto; max-width: 100% }
textarea { display: block; margin: .5rem 0; width: min(40rem, 100%) }
label { margin-right: 1.5rem }`;

/** Answers are kept in the form alone; the button writes them to a file that the panel counts. */
const script = `document.querySelector('button').addEventListener('click', () => {
  const answers = [...document.querySelectorAll('section')].flatMap((section) => {
    const chosen = section.querySelector('input:checked');
    const why = section.querySelector('textarea').value;
    return chosen ? [{ pair: Number(section.dataset.pair), answer: chosen.value, why }] : [];
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(answers, null, 2)], { type: 'application/json' }));
  link.download = 'answers.json';
  link.click();
});`;

/** A pair's picture, as the page refers to it. */
export interface PagePair {
  readonly pair: number;
  readonly source: string;
}

/** The panel as a page: every pair with its question, and a button that saves the answers. */
export function panelPage(pairs: readonly PagePair[]): string {
  const policy = `default-src 'none'; img-src 'self' file:; style-src '${hash(style)}'; script-src '${hash(script)}'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Which is the better painting?</title>
<style>${new Html(style)}</style>
</head>
<body>
<h1>Which is the better painting in this style?</h1>
<p>Each pair shows a painting, a photograph, and two pictures of the photograph in the style of the painting. Say which of the two you prefer as a painting in this style, and why.</p>
${pairs.map(question)}
<p><button type="button">Save the answers</button></p>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function question({ pair, source }: PagePair): Html {
  const options = choices.map(
    (choice) => html`<label><input type="radio" name="pair-${pair}" value="${choice}"> ${labels[choice]}</label>`,
  );
  return html`<section data-pair="${pair}">
<h2>Pair ${pair}</h2>
<img src="${source}" alt="The painting, the photograph, and the two pictures of pair ${pair}">
<p>${options}</p>
<label>Why<textarea rows="2"></textarea></label>
</section>
`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
