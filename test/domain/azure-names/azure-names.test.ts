import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameKey, sameName } from '../../../shared/domain/azure-names.ts';
import { fc } from '../../support/properties.ts';

/** What .NET says: the file tells how it was made. */
const sets = readFileSync(new URL('ordinal-ignore-case.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ').map((hex) => Number.parseInt(hex, 16)));

/** Letters of Unicode 17, which the file does not know yet. */
const isNewer = (code: number): boolean =>
  [0xa7ce, 0xa7cf, 0xa7d2, 0xa7d3, 0xa7d4, 0xa7d5].includes(code) ||
  (code >= 0x1_6ea0 && code <= 0x1_6ed8);

const text = (code: number): string => String.fromCodePoint(code);

describe('the normal form of a name', () => {
  it('is the same for characters that .NET holds equal, and for no others', () => {
    const byKey = new Map<string, number[]>();
    // No character has case beyond these planes.
    for (let code = 0x21; code <= 0x1_ff_ff; code += 1) {
      if ((code >= 0xd800 && code <= 0xdfff) || isNewer(code)) continue;
      const key = nameKey(text(code));
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [code]);
      else known.push(code);
    }
    const same = [...byKey.values()].filter((codes) => codes.length > 1);
    expect(same.map((codes) => codes.join())).toEqual(sets.map((codes) => codes.join()));
  });

  it('is that of its characters, one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Array.from('σςΣıIiſsSK\u212akKÅåẞßǅ𐐀'))),
        (characters) => {
          expect(nameKey(characters.join(''))).toBe(characters.map(nameKey).join(''));
        },
      ),
    );
  });

  it('is the form of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(nameKey(nameKey(name))).toBe(nameKey(name));
      }),
    );
  });

  it('is the small letters of an ASCII name, as stored keys have it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (name) => {
        expect(nameKey(name)).toBe(name.toLowerCase());
      }),
    );
  });

  it.each([
    ['rg-ΟΔΟΣ', 'rg-οδοσ', true],
    ['rg-ΟΔΟΣ', 'rg-οδος', true],
    ['RG-MÜNCHEN', 'rg-münchen', true],
    ['rg-\u212a8s', 'rg-k8s', false],
    ['rg-\u212b', 'rg-\u00e5', false],
    ['rg-\u2126', 'rg-\u03c9', false],
    ['rg-ẞ', 'rg-ß', false],
    ['rg-ß', 'rg-SS', false],
    ['rg-ı', 'rg-i', false],
    ['rg-ſ', 'rg-s', false],
  ])('holds %s and %s to be the same: %s', (one, other, same) => {
    expect(sameName(one, other)).toBe(same);
    expect(sameName(other, one)).toBe(same);
  });
});
