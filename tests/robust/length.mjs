// The tests of this folder have a short form, which is part of all tests, and a long one: npm run test:robust -- --long.
export const long = process.env.ROBUST_TESTS === "long";
