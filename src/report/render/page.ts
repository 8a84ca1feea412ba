import { type Html, html } from '../html.ts';
import type { PageAsset } from '../page-assets.node.ts';

/** What one page of impasto's is made of. */
export interface PageParts {
  readonly title: string;
  /** What the body element holds. */
  readonly body: Html;
  readonly style: PageAsset;
  /** The page's content security policy. */
  readonly policy: string;
  /** Of a page that a server keeps up to date. */
  readonly revision?: number | undefined;
}

/** A whole page: one file that asks for nothing else. */
export function standalonePage({ title, body, style, policy, revision }: PageParts): string {
  const document = html`<!doctype html>
<html lang="en"${revision === undefined ? null : html` data-revision="${revision}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} – impasto</title>
<link rel="icon" href="data:,">
<style>${style.html}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return document.text;
}

/**
 * A content security policy that forbids everything but the page's own style, known by its hash, and pictures inside the
 * page.
 * @param allowed directives for what the page may do besides
 */
export function pagePolicy(style: PageAsset, allowed: readonly string[] = []): string {
  return [
    "default-src 'none'",
    ...allowed,
    `style-src 'sha256-${style.sha256}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
