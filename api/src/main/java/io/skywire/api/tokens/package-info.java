/**
 * Who may read: tokens, made and revoked by the operator. A token is shown once and stored nowhere;
 * the table holds its HMAC only.
 */
@NullMarked
package io.skywire.api.tokens;

import org.jspecify.annotations.NullMarked;
