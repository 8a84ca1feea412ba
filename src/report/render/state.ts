import { formatCount, formatDuration, formatFigure, formatTime } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { RunProgress } from '../run-record.ts';
import { pictureButton } from './picture.ts';
import type { ReportContent } from './report-content.ts';

/** The texts of the page's head that change with every step, by the name that their elements carry. */
export function progressTexts(progress: RunProgress): Readonly<Record<string, string>> {
  const { step, steps, secondsTrained, imagesPerSecond, secondsLeft } = progress;
  return {
    step: formatCount(step),
    steps: formatCount(steps),
    trained: step === 0 ? '–' : formatDuration(secondsTrained),
    speed: formatFigure(imagesPerSecond),
    left: leftText(progress, secondsLeft),
  };
}

function leftText({ status }: RunProgress, secondsLeft: number | null): string {
  if (status === 'finished') return 'None';
  return secondsLeft === null ? '–' : formatDuration(secondsLeft);
}

/** Title, painting, and where the run is. */
export function stateSection({ run, progress, pictures, written }: ReportContent): Html {
  const { styleName, author, licence, style } = run.configuration;
  const texts = progressTexts(progress);
  const credit = [author, licence].filter((part) => part !== '').join(' · ');
  const figure = (name: string, label: string, unit: Html | null = null) =>
    html`<div><dt>${label}</dt><dd><span data-field="${name}">${texts[name] ?? ''}</span>${unit}</dd></div>`;
  return html`<header id="state" data-live>
<div class="painting">${
    pictures.painting
      ? pictureButton(pictures.painting, `The painting ${styleName}`, styleName)
      : html`<p class="missing">The painting ${style} cannot be read</p>`
  }</div>
<div class="headline">
<h1>${styleName}</h1>
${credit === '' ? null : html`<p class="credit">${credit}</p>`}
<p class="status" data-status="${progress.status}" role="status">${statusText(progress)}<span class="written">as of <time datetime="${written.toISOString()}">${formatTime(written)}</time></span></p>
<progress max="${progress.steps}" value="${progress.step}" aria-label="Steps done">${texts.step ?? ''}</progress>
<dl class="figures">
${figure('step', 'Step', html` <small>of ${texts.steps ?? ''}</small>`)}
${figure('trained', 'Trained for')}
${figure('speed', 'Images a second')}
${figure('left', 'Time left')}
</dl>
</div>
</header>`;
}

function statusText({ status, step }: RunProgress): string {
  if (status === 'finished') return 'Finished';
  if (status === 'stopped') return `Stopped after step ${formatCount(step)}`;
  return step === 0 ? 'Starting' : 'In training';
}
