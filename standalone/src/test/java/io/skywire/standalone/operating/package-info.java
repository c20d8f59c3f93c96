/** What operators are given, alerts and dashboard, fits what the processes show. */
@NullMarked
package io.skywire.standalone.operating;

import org.jspecify.annotations.NullMarked;
