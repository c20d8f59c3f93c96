/**
 * Errors as RFC 9457 problems, and the one place that decides which failure is which status.
 * Whatever goes wrong, the answer is a problem that shows no stack trace, SQL or secret.
 */
@NullMarked
package io.skywire.api.problems;

import org.jspecify.annotations.NullMarked;
