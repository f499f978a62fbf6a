/**
 * What a message says, before its layout. All kinds of messages have these parts and no others, and show them in one
 * order: headline, next step, facts, why, command; then smaller Azure's words, sub-operations, what is left, small
 * print. Every text is Slack markup, foreign parts already escaped, unless it is said otherwise.
 */
export interface Notice {
  /** What happened, in a word or two, as a digest counts it: `Failed`, `Stalled`. */
  readonly lead: string;
  /** What a digest counts it as, where that is not its lead: what AKS canceled itself has failed. */
  readonly countedAs?: string;
  /** What the message is about, as a digest lists it: `aks-prod-weu`. */
  readonly name: string;
  /** Why, in about three words, as a digest lists it: `drain blocked`; `null`: there is nothing to say. */
  readonly brief: string | null;
  /** The first line of a push: outcome, cluster, what ran, and the cause in a few words. */
  readonly headline: string;
  /** Slack markup that pings someone, or `null`. */
  readonly mention: string | null;
  readonly tone: Tone;
  /** Whether a person is to do something: then the push says the next step. */
  readonly asksForAction: boolean;
  /** What the headline has no room for: how long it took, where it stood. `null`: nothing. */
  readonly facts: string | null;
  /** Why, and what to do; left out when nothing is known. */
  readonly advice?: Advice;
  /** Azure's own words, foreign and not escaped; `null`: there are none. */
  readonly said: Said | null;
  /** Where its sub-operations stand, the worst first; left out when there is nothing to show. */
  readonly parts?: string;
  /** In which state a failure left the cluster and its pools; left out when that is not known. */
  readonly left?: string;
  readonly links: readonly Link[];
  /** The rest of the small print: resource group, label, Azure's own word for the status, time. */
  readonly context: readonly string[];
  /** The small print's end: `Operation 5a16e851-…`, whole, for support and so that a double can be recognised. */
  readonly ids: readonly string[];
}

/** Why something happened and what to do about it, in our words. Not escaped. */
export interface Advice {
  /** One sentence, or `null`. */
  readonly cause: string | null;
  /** One sentence that begins with what to do. */
  readonly step: string;
  /** One line for a shell; never cut. `null`: no command helps. */
  readonly command: string | null;
  /** What the command needs before it works; `null`: nothing. */
  readonly note: string | null;
  /** A page about it, or `null`. */
  readonly page: Link | null;
}

/** A link; the label is ours. */
interface Link {
  readonly url: string;
  readonly label: string;
}

/** What Azure says of a failure, as it came. */
export interface Said {
  readonly code: string | null;
  readonly target: string | null;
  /** The most specific sentence, shortened already. */
  readonly message: string | null;
}

/** The mood of a message; its words say it too, not the colour alone. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral' | 'progress';
