/** An error that the user can act on; it is printed as one line, without a stack. */
export class Problem extends Error {}
