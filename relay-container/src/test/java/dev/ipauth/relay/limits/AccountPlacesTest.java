package dev.ipauth.relay.limits;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.Limits.Admission;
import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accounts that take every place they can get, while an honest device goes on sending. */
class AccountPlacesTest {
  private static final int PLACES = 100;

  private final Clock clock = new Clock();
  private final List<Limit> reached = new ArrayList<>();
  private final Limits limits = limits(PLACES);
  private int addresses;

  private Limits limits(int places) {
    return new Limits(new Rates(places, 0, 0, 0, 0, 0, Duration.ofMinutes(1)), clock, reached::add);
  }

  /** Each from an address of its own; null when there is no place, or none for the account. */
  private Limits.@Nullable Place send(String accountId) {
    var from = IpAddress.parse("10.0." + addresses / 250 + "." + addresses % 250);
    addresses = (addresses + 1) % 50_000;
    if (!(limits.connect(from) instanceof Admission.Admitted(Limits.Place place))) {
      return null;
    }
    if (place.mail(accountId) != null) {
      place.leave(); // it soon has to, for no MAIL of it was granted
      return null;
    }
    place.whenItMustBeLeft(place::leave, () -> false);
    return place;
  }

  private List<Limits.Place> takeAll(String accountId) {
    var taken = new ArrayList<Limits.Place>();
    for (var place = send(accountId); place != null; place = send(accountId)) {
      taken.add(place);
    }
    return taken;
  }

  private void sendHonestly() {
    requireNonNull(send("honest"), "an honest device noticed").leave();
  }

  @ParameterizedTest
  @CsvSource({"1, 90", "2, 94", "3, 96"})
  void whoTakesAllLeavesPlacesToOthers(int accounts, int atLeast) {
    var taken = new ArrayList<Limits.Place>();
    for (int round = 0; round < 500; round++) {
      Limits.Place place = send("greedy" + round % accounts);
      if (place != null) {
        taken.add(place);
      }
      sendHonestly();
    }
    assertTrue(taken.size() >= atLeast, () -> taken.size() + " of its own are few");
    assertTrue(reached.stream().allMatch(Limit.CONNECTIONS_PER_ACCOUNT::equals), "no other limit");
    taken.forEach(Limits.Place::leave);
    assertEquals(0, limits.connections());
    assertEquals(90, takeAll("greedy0").size(), "all of them were given back");
  }

  @Test
  void whoHeldPlacesFirstMakesRoomForThoseWhoComeLater() {
    takeAll("greedy");
    for (int device = 0; device < 45; device++) {
      assertTrue(send("office") != null, "device " + device + " of an office");
      limits.makeRoom();
    }
    assertEquals(95, limits.connections(), "45 of the office, 50 of the other, and 5 are free");
  }

  @Test
  void whoHasBegunNoMessageForLongestGoesFirst() {
    List<Limits.Place> places = takeAll("greedy");
    clock.advance(Duration.ofMinutes(11));
    var amidMessage = new HashSet<>(IntStream.rangeClosed(1, 10).boxed().toList());
    assertNull(places.getFirst().mail("greedy"));
    var left = new ArrayList<Integer>();
    IntStream.range(0, places.size())
        .forEach(
            i -> places.get(i).whenItMustBeLeft(() -> left.add(i), () -> amidMessage.contains(i)));
    IntStream.range(0, 10).forEach(_ -> send("office"));
    limits.makeRoom();
    assertEquals(IntStream.rangeClosed(11, 18).boxed().toList(), left, "in a message is later");
    left.clear();
    amidMessage.addAll(IntStream.range(0, 90).boxed().toList());
    limits.makeRoom();
    assertEquals(IntStream.rangeClosed(1, 8).boxed().toList(), left, "for more than ten minutes");
    places.forEach(place -> place.mail("greedy"));
    left.clear();
    limits.makeRoom();
    assertEquals(List.of(), left, "a scan that has begun just now");
  }

  /** They have no account, and little time. */
  @Test
  void strangersTakeNothingFromAnAccount() {
    List<Limits.Place> office = takeAll("office").subList(0, 50);
    for (int i = 0; i < 100; i++) {
      limits.connect(IpAddress.parse("198.51.100." + i));
    }
    limits.makeRoom();
    assertTrue(office.stream().allMatch(place -> place.mail("office") == null));
    assertEquals(PLACES, limits.connections());
  }

  @Test
  void nobodyGivesAPlaceUpWhileThereIsRoom() {
    takeAll("greedy");
    limits.makeRoom();
    assertEquals(90, limits.connections());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "9, 9", "10, 9", "20, 18"})
  void aSmallRelayHasPlacesForItsOnlyAccount(int places, int atOnce) {
    Limits small = limits(places);
    int granted = 0;
    for (int i = 0; i < places; i++) {
      var admitted =
          assertInstanceOf(
              Admission.Admitted.class, small.connect(IpAddress.parse("192.0.2." + i)));
      granted += admitted.place().mail("acme") == null ? 1 : 0;
    }
    assertEquals(atOnce, granted);
    small.makeRoom();
  }

  @Test
  void whoAuthenticatesAsAnotherAccountsUserIsThatAccounts() {
    List<Limits.Place> places = takeAll("greedy");
    assertNull(places.getFirst().mail("other"));
    places.getFirst().leave();
    assertEquals(1, takeAll("greedy").size());
  }

  @Test
  void noPlaceIsLostUnderThreads() throws Exception {
    Callable<Integer> comeAndGo =
        () -> {
          int granted = 0;
          for (int i = 0; i < 10_000; i++) {
            if (limits.connect(IpAddress.parse("192.0.2.7"))
                instanceof Admission.Admitted(var place)) {
              granted += place.mail(i % 2 == 0 ? "one" : "other") == null ? 1 : 0;
              limits.makeRoom();
              place.leave();
            }
          }
          return granted;
        };
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var come : threads.invokeAll(List.of(comeAndGo, comeAndGo, comeAndGo, comeAndGo))) {
        assertTrue(come.get() > 0);
      }
    }
    assertEquals(90, takeAll("one").size());
  }
}
