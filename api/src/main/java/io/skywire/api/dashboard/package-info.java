/**
 * The operator's page: is it fine, and if not, where? It shows what the database tells, read once
 * for all who watch and only while somebody does; it changes nothing but sessions of its own.
 */
@NullMarked
package io.skywire.api.dashboard;

import org.jspecify.annotations.NullMarked;
