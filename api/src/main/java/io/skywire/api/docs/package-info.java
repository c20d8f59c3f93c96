/**
 * What the API offers, for people and for generators of clients. Public: it tells nothing secret.
 */
@NullMarked
package io.skywire.api.docs;

import org.jspecify.annotations.NullMarked;
