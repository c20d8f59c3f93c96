/**
 * The topics as every process and every subscriber knows them: names, keys, headers, and the
 * settings of their clients. An event's bytes are encoded once, by the ingester, and never taken
 * apart on the way.
 */
@NullMarked
package io.skywire.common.topic;

import org.jspecify.annotations.NullMarked;
