import { parseRegExpLiteral, type AST } from '@eslint-community/regexpp';

/** Far more than a linear expression takes for the texts of a test. */
export const mostSteps = 500_000;

/** Matches at a place, and goes on from where it ends. */
type Matcher = (at: number, next: (at: number) => boolean) => boolean;

/**
 * A regular expression that counts: it matches by backtracking, as V8 does without its short cuts, and tells how many
 * characters it looks at to find all matches in a text; more than {@link mostSteps} are not counted.
 */
export function stepCounter(regex: RegExp): (text: string) => number {
  const { pattern } = parseRegExpLiteral(regex);
  const flags = regex.flags.replace(/[gy]/g, '');
  const isGlobal = regex.global;
  let text: readonly string[] = [];
  let steps = 0;
  const match = anyOf(pattern.alternatives, 1);

  const isEnough = (): boolean => steps > mostSteps;

  return (searched) => {
    text = regex.unicode ? Array.from(searched) : searched.split('');
    steps = 0;
    for (let start = 0; start <= text.length && !isEnough();) {
      let end = -1;
      const found = match(start, (at) => {
        end = at;
        return true;
      });
      if (found && !isGlobal) break;
      start = found && end > start ? end : start + 1;
    }
    return steps;
  };

  function anyOf(alternatives: readonly AST.Alternative[], way: 1 | -1): Matcher {
    const all = alternatives.map(({ elements }) => {
      const matchers = elements.map((element) => matcherOf(element, way));
      return inTurn(way === 1 ? matchers : matchers.toReversed());
    });
    return (at, next) => all.some((one) => !isEnough() && one(at, next));
  }

  function matcherOf(element: AST.Element, way: 1 | -1): Matcher {
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return anyOf(element.alternatives, way);
      case 'Quantifier':
        return repeated(element, way);
      case 'Assertion':
        return assertion(element);
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass': {
        const takes = characterOf(element, way);
        return (at, next) => takes(at) && next(at + way);
      }
      case 'Backreference':
      case 'ExpressionCharacterClass':
        throw new Error(`${element.raw} is not counted yet.`);
    }
  }

  function characterOf({ raw }: AST.Element, way: 1 | -1): (at: number) => boolean {
    const form = new RegExp(`^(?:${raw})$`, flags);
    const known = new Map<string, boolean>();
    return (at) => {
      steps += 1;
      if (isEnough()) return false;
      const character = text[way === 1 ? at : at - 1];
      if (character === undefined) return false;
      const is = known.get(character) ?? form.test(character);
      known.set(character, is);
      return is;
    };
  }

  function repeated({ element, min, max, greedy }: AST.Quantifier, way: 1 | -1): Matcher {
    if (element.type.startsWith('Character') && greedy) {
      const takes = characterOf(element, way);
      return (at, next) => {
        let count = 0;
        while (count < max && takes(at + count * way)) count += 1;
        for (; count >= min; count -= 1) if (next(at + count * way)) return true;
        return false;
      };
    }
    const one = matcherOf(element, way);
    const more = (at: number, count: number, next: (at: number) => boolean): boolean => {
      const again = (): boolean =>
        count < max &&
        one(at, (after) => (after !== at || count < min) && more(after, count + 1, next));
      const enough = (): boolean => count >= min && next(at);
      return greedy ? again() || enough() : enough() || again();
    };
    return (at, next) => more(at, 0, next);
  }

  function assertion(element: AST.Assertion): Matcher {
    const holds = ((): ((at: number) => boolean) => {
      switch (element.kind) {
        case 'start':
          return (at) => at === 0 || (regex.multiline && text[at - 1] === '\n');
        case 'end':
          return (at) => at === text.length || (regex.multiline && text[at] === '\n');
        case 'word': {
          const isWord = (at: number): boolean => /^\w$/.test(text[at] ?? '');
          return (at) => (isWord(at - 1) !== isWord(at)) !== element.negate;
        }
        case 'lookahead':
        case 'lookbehind': {
          const inner = anyOf(element.alternatives, element.kind === 'lookahead' ? 1 : -1);
          return (at) => inner(at, () => true) !== element.negate;
        }
      }
    })();
    return (at, next) => {
      steps += 1;
      if (isEnough()) return false;
      return holds(at) && next(at);
    };
  }
}

function inTurn(matchers: readonly Matcher[]): Matcher {
  return matchers.reduceRight<Matcher>(
    (rest, first) => (at, next) => first(at, (after) => rest(after, next)),
    (at, next) => next(at),
  );
}

const candidates = Array.from('a0A- /.:_"(\'=;&\\<\n~*@🦊\u0007');

/** Texts that a regular expression matches, or nearly: each way through its alternatives, at random. */
export function sampleOf(regex: RegExp, random: () => number): string {
  const flags = regex.flags.replace(/[gy]/g, '');
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const fromAny = (alternatives: readonly AST.Alternative[]): string =>
    (pick(alternatives)?.elements ?? []).map(from).join('');
  function from(element: AST.Element): string {
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return fromAny(element.alternatives);
      case 'Quantifier': {
        const count = element.min + Math.floor(random() * 3);
        return Array.from({ length: Math.min(count, element.max) }, () =>
          from(element.element),
        ).join('');
      }
      case 'Assertion':
        return 'alternatives' in element && !element.negate ? fromAny(element.alternatives) : '';
      case 'Character':
        return element.raw.length === 1 ? element.raw : String.fromCodePoint(element.value);
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
      case 'Backreference': {
        const form = new RegExp(`^(?:${element.raw})$`, flags);
        return pick(candidates.filter((one) => form.test(one))) ?? '';
      }
    }
  }
  return fromAny(parseRegExpLiteral(regex).pattern.alternatives);
}
