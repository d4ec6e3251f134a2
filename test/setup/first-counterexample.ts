import fc from 'fast-check';

// A mutation has to be noticed, not explained: the search for the smallest counterexample takes minutes.
fc.configureGlobal({ endOnFailure: true });
