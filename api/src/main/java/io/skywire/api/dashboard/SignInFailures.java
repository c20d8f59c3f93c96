package io.skywire.api.dashboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often signing in has failed from an address: {@link #MAX} failures within {@link #WINDOW} of
 * the first are too many until it is over. What an address is: the connection's, since a header
 * that says otherwise could be made up; of IPv6 its first 64 bits, which is what one customer has.
 * Any thread may call it.
 */
final class SignInFailures {
  static final int MAX = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);

  private static final int ADDRESSES_MAX = 10_000;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES_COUNTED = 8;

  private final Cache<String, AtomicInteger> failures =
      Caffeine.newBuilder().maximumSize(ADDRESSES_MAX).expireAfterWrite(WINDOW).build();

  boolean areTooMany(byte[] address) {
    AtomicInteger count = failures.getIfPresent(key(address));
    return count != null && count.get() >= MAX;
  }

  void count(byte[] address) {
    failures.get(key(address), first -> new AtomicInteger()).incrementAndGet();
  }

  private static String key(byte[] address) {
    return HexFormat.of()
        .formatHex(
            address.length == IPV4_BYTES ? address : Arrays.copyOf(address, IPV6_BYTES_COUNTED));
  }
}
