/** The types of the operations, derived from those of `openapi-typescript`. */
import type { operations } from './generated/schema.js';

/** The method and the path of an operation. */
export type Route = readonly [method: string, path: string, envelope?: 'no envelope'];

type OperationId = keyof operations;
type Json<T> = T extends { content: { 'application/json': infer Content } } ? Content : never;
/** The parameters in one place, or `unknown` if there are none. */
type Part<T> = [NonNullable<T>] extends [never] ? unknown : NonNullable<T>;
type Merged<T extends { path?: unknown; query?: unknown; header?: unknown }> = Part<T['path']> &
  Part<T['query']> &
  Omit<Part<T['header']>, 'If-None-Match'>;

type Parameters<Id extends OperationId> = Merged<operations[Id]['parameters']>;
type Body<Id extends OperationId> = Json<NonNullable<operations[Id]['requestBody']>>;
type Data<Id extends OperationId> = Json<
  operations[Id]['responses'][keyof operations[Id]['responses']]
>;

type ParametersFirst<P> = [keyof P] extends [never]
  ? []
  : Record<never, never> extends P
    ? [parameters?: P]
    : [parameters: P];

/** A function with the parameters of an operation, then its body, that returns the data. */
export type Method<Id extends OperationId> = (
  ...values: [Body<Id>] extends [never]
    ? ParametersFirst<Parameters<Id>>
    : [...ParametersFirst<Parameters<Id>>, body: Body<Id>]
) => Promise<Data<Id>>;
