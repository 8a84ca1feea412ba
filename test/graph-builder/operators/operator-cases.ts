import type { OperatorName } from '../../../src/graph-builder/ir/value.ts';
import { arrangeCases } from './arrange-cases.ts';
import { elementwiseCases } from './elementwise-cases.ts';
import { loopCases } from './loop-cases.ts';
import type { OperatorCase, OperatorCases } from './operator-case.ts';
import { windowCases } from './window-cases.ts';

/** Cases of every operator: the table is keyed by the closed set, so that an operator without a case does not compile. */
export const operatorCases: { readonly [Name in OperatorName]: OperatorCases } = {
  ...elementwiseCases,
  ...windowCases,
  ...arrangeCases,
  Loop: loopCases,
};

/** All cases in one list, each with its operator. */
export const listedOperatorCases: readonly (OperatorCase & { readonly operator: string })[] = Object.entries(
  operatorCases,
).flatMap(([operator, cases]) => cases.map((each) => ({ ...each, operator })));
