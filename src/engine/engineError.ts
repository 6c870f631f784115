/** Errors on their way between threads: what is thrown has a class, which does not survive that. */
import { ForkscopeError, messageOf } from '../base/errors';
import type { EngineError } from '../protocol/engine';

export function toEngineError(error: unknown): EngineError {
  if (error instanceof ForkscopeError) return { code: error.code, message: error.message, values: error.values };
  return { code: 'internal', message: messageOf(error), values: [] };
}

export function fromEngineError({ code, message, values }: EngineError): ForkscopeError {
  return new ForkscopeError(code, message, values);
}
