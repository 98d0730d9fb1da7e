import { ruleTexts } from '../texts/rules';

/** A field of `picture` in a rule. */
export type RuleField = keyof typeof ruleTexts.fields;

/** The names of the fields, in the order of the guide. */
export const RULE_FIELDS = Object.keys(ruleTexts.fields) as RuleField[];
