/** How a secret may stand in a text, by who writes it. */
export const secretForms: readonly (readonly [name: string, write: (secret: string) => string])[] =
  [
    ['as it is', (secret) => secret],
    ['in JSON', inJson],
    ['in JSON within JSON', (secret) => inJson(inJson(secret))],
    ['in the JSON of .NET', inJsonOfDotNet],
    ['in a URL', encodeURIComponent],
    ['in a URL of .NET', (secret) => encodeURIComponent(secret).replaceAll(/%../g, lower)],
    ['in a URL within a URL', (secret) => encodeURIComponent(encodeURIComponent(secret))],
    ['in a form', (secret) => new URLSearchParams({ q: secret }).toString().slice(2)],
    ['in HTML', inHtml],
  ];

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** System.Text.Json writes marks of HTML and all beyond ASCII by their code. */
function inJsonOfDotNet(text: string): string {
  const escaped = text.split('').map((unit) => {
    if (unit === '\\') return String.raw`\\`;
    const isPlain = /[!-~ ]/.test(unit) && !`"&'+<>\``.includes(unit);
    const code = unit.charCodeAt(0).toString(16).toUpperCase();
    return isPlain ? unit : String.raw`\u${code.padStart(4, '0')}`;
  });
  return escaped.join('');
}

function inHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function lower(text: string): string {
  return text.toLowerCase();
}
