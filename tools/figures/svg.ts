import { type Html, type HtmlPart, html } from '../../src/report/html.ts';

/**
 * SVG files that look alike, made to be shown on pages of any colour: each brings its background. They are as wide as a
 * telephone can show them with text that can still be read, and the text stays text.
 */

/** The colours of the report's light scheme (report/page/base.css), whose loss terms they name as well. */
export const palette = {
  paper: '#faf9f6',
  raised: '#ffffff',
  ink: '#1d1b18',
  quiet: '#686259',
  rule: '#e5e1d9',
  accent: '#8a4b1f',
  loss: '#1d1b18',
  content: '#1f66ad',
  style: '#c2410c',
  tv: '#4a7a12',
} as const;
export type Colour = keyof typeof palette;

/** The width of every figure and the free space along its edges, in the units that its text is 18 of. */
export const figureWidth = 600;
export const margin = 24;
/** The width between the margins. */
export const innerWidth = figureWidth - 2 * margin;

/**
 * A figure as the text of an SVG file.
 * @param title what it shows, for who cannot see it
 */
export function svgFile(title: string, height: number, content: HtmlPart): string {
  const fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" width="${figureWidth}" height="${tenths(height)}" viewBox="0 0 ${figureWidth} ${tenths(height)}" font-family="${fonts}" role="img">
<title>${title}</title>
<rect width="100%" height="100%" rx="10" fill="${palette.paper}"/>
${content}
</svg>`.text
  }\n`;
}

export interface TextOptions {
  readonly size?: number;
  readonly colour?: Colour;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
}

/** @param y of the base line */
export function text(x: number, y: number, content: string, options: TextOptions = {}): Html {
  const { size = 18, colour = 'ink', anchor = 'start', bold = false } = options;
  return html`<text x="${tenths(x)}" y="${tenths(y)}" font-size="${size}" font-weight="${bold ? 600 : 400}" fill="${palette[colour]}" text-anchor="${anchor}">${content}</text>
`;
}

/** A rectangle's place and size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** @param sharp whether the picture's pixels are shown as squares where it is enlarged */
export function image(box: Box, url: string, sharp = false): Html {
  const style = sharp ? 'image-rendering: pixelated' : '';
  return html`<image ${place(box)} preserveAspectRatio="none" style="${style}" href="${url}"/>
`;
}

export function rectangle(box: Box, fill: Colour, stroke?: Colour): Html {
  const border = stroke === undefined ? null : html` stroke="${palette[stroke]}" stroke-width="1.5"`;
  return html`<rect ${place(box)} rx="4" fill="${palette[fill]}"${border}/>
`;
}

export interface PathOptions {
  readonly colour?: Colour;
  readonly width?: number;
  /** Lengths of dashes and gaps. */
  readonly dashes?: string;
  readonly opacity?: number;
  /** Whether it ends in an arrowhead. */
  readonly arrow?: boolean;
}

/** A line through points; one that ends in an arrowhead ends at its tip. */
export function path(points: readonly (readonly [x: number, y: number])[], options: PathOptions = {}): Html {
  const { colour = 'quiet', width = 2, dashes = 'none', opacity = 1, arrow = false } = options;
  const line = points.map(([x, y]) => `${tenths(x)} ${tenths(y)}`).join('L');
  return html`<path d="M${line}" fill="none" stroke="${palette[colour]}" stroke-width="${width}" stroke-linejoin="round" stroke-dasharray="${dashes}" opacity="${opacity}"/>
${arrow ? arrowhead(points, colour) : null}`;
}

function arrowhead(points: readonly (readonly [x: number, y: number])[], colour: Colour): Html | null {
  const [before, tip] = points.slice(-2);
  if (!before || !tip) return null;
  const angle = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI;
  return html`<path d="M0 0L-11 -5.5V5.5Z" fill="${palette[colour]}" transform="translate(${tenths(tip[0])} ${tenths(tip[1])}) rotate(${tenths(angle)})"/>
`;
}

function place({ x, y, width, height }: Box): Html {
  return html`x="${tenths(x)}" y="${tenths(y)}" width="${tenths(width)}" height="${tenths(height)}"`;
}

/** A number as files hold it: a tenth of a unit is less than is seen. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
