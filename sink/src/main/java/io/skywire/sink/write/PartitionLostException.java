package io.skywire.sink.write;

import java.util.Collection;

/** Another sink has stored records of a partition that this one believed to be its own. */
public final class PartitionLostException extends Exception {
  private static final long serialVersionUID = 1L;

  public PartitionLostException(Collection<Integer> partitions) {
    super("another sink has moved one of the partitions " + partitions);
  }
}
