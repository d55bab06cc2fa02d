/** AWS-like ids, the same for the same seed and the same history. */
export class Ids {
  private readonly seed: number;
  private used = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** How many were made: with the seed, all there is to know. */
  get count(): number {
    return this.used;
  }

  /** Goes on where another left off. */
  restore(count: number): void {
    this.used = count;
  }

  /** `i-0` and sixteen hex digits; the prefix is `i`, `subnet`, `acl`, … */
  next(prefix: string): string {
    return `${prefix}-0${this.digits(16, 16)}`;
  }

  /** The id of what a world has one of by this name: it uses none of the ids to come. */
  of(prefix: string, name: string): string {
    return `${prefix}-0${this.fixed(name)}`;
  }

  /** Sixteen hex digits that stand for a name. */
  fixed(name: string): string {
    const words = [0, 1].map((word) => mix(this.seed + word, hashText(`${word} ${name}`)));
    return words.map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  /** Route 53's ids: capitals and digits, `Z` or `C` first. */
  nextDns(prefix: 'Z' | 'C'): string {
    return prefix + this.digits(20, 36).toUpperCase();
  }

  /** `8-4-4-4-12`, as Auto Scaling names its activities. */
  nextUuid(): string {
    const hex = this.digits(32, 16);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  private digits(length: number, radix: number): string {
    const id = this.used++;
    let text = '';
    for (let word = 0; text.length < length; word++) {
      const fixed = mix(this.seed, id * 8 + word)
        .toString(radix)
        .padStart(radix === 16 ? 8 : 6, '0');
      text += fixed.slice(radix === 16 ? -8 : -6);
    }
    return text.slice(0, length);
  }
}

/** A well-mixed number of 32 bits from two. */
export function mix(a: number, b: number): number {
  let mixed = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A number of 32 bits that stands for a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
