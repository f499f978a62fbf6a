/** Attributes by name; `undefined` leaves one out. */
type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * Makes an element. Strings become text nodes: this is the only way in which text enters the page.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * The element of index.html with this id.
 *
 * @throws when it is missing or is no `type`: index.html and the scripts do not fit
 */
export function find<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof type)) throw new Error(`index.html has no fitting #${id}`);
  return found;
}

/** Writes text where it differs, so that nothing is announced or selected anew without need. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
