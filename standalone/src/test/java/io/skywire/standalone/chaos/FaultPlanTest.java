package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final int ROUNDS = 1_000;

  @Test
  void theSameSeedPlansTheSameFaults() {
    assertThat(plan(7, 1)).isEqualTo(plan(7, 1)).isNotEqualTo(plan(8, 1));
  }

  @Test
  void everyKindOfFaultComesAndKillsArePlacedToAFairShare() {
    List<FaultPlan.Timed> faults = plan(7, 3);
    Set<Class<?>> kinds =
        faults.stream().map(timed -> timed.fault().getClass()).collect(Collectors.toSet());
    long placed =
        faults.stream().filter(timed -> timed.fault() instanceof Fault.PlacedKill).count();

    assertThat(kinds).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    assertThat(placed).isGreaterThan(faults.size() / 5);
  }

  @Test
  void someFaultsLastUntilEveryGroupHasGivenTheSilentMemberUp() {
    assertThat(plan(7, 1))
        .extracting(timed -> timed.fault().kind())
        .contains(
            "pause", "long pause", "cut", "long cut", "stall", "long stall", "slow", "long slow");
  }

  @Test
  void theFirstRoundsHaveTheKillsThatEveryRunMustHave() {
    List<Fault> first = plan(7, 1).stream().limit(7).map(FaultPlan.Timed::fault).toList();
    assertThat(first)
        .extracting(Fault::kind)
        .containsExactly(
            "kill before commit",
            "kill after commit",
            "kill before store",
            "kill after store",
            "kill while making partitions",
            "kill in retention",
            "kill in a rebalance");
  }

  @Test
  void aKillThatEveryRunMustHaveIsPlayedAgainWhenItFoundNobody() {
    FaultPlan plan = new FaultPlan(7, 1);
    List<FaultPlan.Timed> first = plan.next();
    plan.missed(first);
    assertThat(plan.next()).isEqualTo(first).isNotEqualTo(plan.next());
    // Not for ever.
    for (int round = 0; round < 20; round++) {
      plan.missed(plan.next());
    }
    assertThat(plan.next()).noneMatch(FaultPlan.Timed::demanded);
  }

  @Test
  void everyProcessAndServerIsAVictim() {
    String all = plan(7, 3).toString();

    for (String victim :
        List.of(
            "ingester-1",
            "ingester-2",
            "sink-1",
            "sink-2",
            "api",
            "database",
            "broker-1",
            "broker-2",
            "broker-3")) {
      assertThat(all).contains("victim=" + victim);
    }
    assertThat(all)
        .contains(
            "statement=drop table if exists firehose_events_",
            "statement=drop table if exists firehose_event_collections_",
            "statement=COMMIT after drop table");
    for (Place place : Place.values()) {
      assertThat(all).contains("place=" + place);
    }
  }

  private static List<FaultPlan.Timed> plan(long seed, int brokers) {
    FaultPlan plan = new FaultPlan(seed, brokers);
    List<FaultPlan.Timed> faults = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      faults.addAll(plan.next());
    }
    return faults;
  }
}
