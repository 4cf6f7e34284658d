package dev.ipauth.functions.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Link;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotThere;
import dev.ipauth.functions.campaign.Operation.Outcome;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.Prove;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.campaign.Operation.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checker tells good histories from bad ones. */
class LinearizabilityTest {
  private static final Who ANN = new Who("acme", "ann");
  private static final Who BOB = new Who("globex", "bob");
  private static final String IP = "198.51.100.7";
  private static final Who NOBODY_YET = new AddressModel(IP).initial();
  private static final String OTHER = "198.51.100.8";
  private static final Action READ = new ReadAddress("acme", IP);
  private static final Outcome DONE = new Done();
  private static final Outcome NOBODYS = new OwnedBy(null);
  private static final Outcome ANNS = new OwnedBy(ANN);

  @Test
  void oneAfterTheOther() {
    assertGood(
        at(1, 2, new Nominate(ANN, IP), DONE),
        at(3, 4, READ, ANNS),
        at(5, 6, new Nominate(BOB, IP), new Held(ANN)),
        at(7, 8, new Nominate(ANN, OTHER), DONE),
        at(9, 10, new Nominate(BOB, IP), DONE),
        at(11, 12, READ, NOBODYS));
  }

  @Test
  void anAddressHasNoTwoOwners() {
    assertBad(at(1, 2, new Nominate(ANN, IP), DONE), at(3, 4, new Nominate(BOB, IP), DONE));
    assertBad(at(1, 9, new Nominate(ANN, IP), DONE), at(2, 8, new Nominate(BOB, IP), DONE));
  }

  @Test
  void aClaimMayHappenAnywhereWhileItLasts() {
    assertGood(
        at(1, 9, new Nominate(ANN, IP), DONE), at(2, 3, READ, NOBODYS), at(4, 5, READ, ANNS));
    assertBad(at(1, 9, new Nominate(ANN, IP), DONE), at(2, 3, READ, ANNS), at(4, 5, READ, NOBODYS));
  }

  @Test
  void anAcknowledgedClaimIsNotLost() {
    assertBad(at(1, 2, new Nominate(ANN, IP), DONE), at(3, 4, READ, NOBODYS));
  }

  @Test
  void nobodyIsRefusedWithoutAHolder() {
    assertBad(at(1, 2, new Nominate(BOB, IP), new Held(ANN)));
    assertBad(
        at(1, 2, new Nominate(ANN, IP), DONE),
        at(3, 4, new Delete(ANN), DONE),
        at(5, 6, new Nominate(BOB, IP), new Held(ANN)));
    assertGood(
        at(1, 2, new Nominate(ANN, IP), DONE),
        at(3, 9, new Release(ANN), DONE),
        at(4, 8, new Nominate(BOB, IP), new Held(ANN)));
  }

  @Test
  void aReleaseThatFreedNothingYetMayFreeLater() {
    assertGood(
        at(1, 9, new Release(ANN), DONE),
        at(2, 3, new Nominate(ANN, IP), DONE),
        at(4, 5, READ, ANNS),
        at(10, 11, READ, NOBODYS));
  }

  @Test
  void whatIsMadeOnceDoesNotComeBack() {
    assertBad(
        at(1, 2, new Nominate(ANN, IP), DONE),
        at(3, 4, new Release(ANN), DONE),
        at(5, 6, READ, ANNS));
  }

  @Test
  void anUnansweredClaimMayHappenLateOrNeverButNotTwice() {
    Operation unanswered = Operation.unanswered(new Nominate(ANN, IP), 1);
    assertGood(unanswered, at(2, 3, READ, NOBODYS), at(4, 5, READ, ANNS));
    assertGood(unanswered, at(2, 3, new Nominate(BOB, IP), DONE), at(4, 5, READ, NOBODYS));
    assertBad(
        unanswered, at(2, 3, READ, ANNS), at(4, 5, new Release(ANN), DONE), at(6, 7, READ, ANNS));
  }

  @Test
  void aUserIsThereOnceMade() {
    assertGoodUser(
        at(1, 2, new Create(ANN, IP), DONE),
        at(3, 4, new Create(new Who("globex", "ann"), null), new Taken()),
        at(5, 6, new ReadUser(ANN), new Shows(IP)),
        at(7, 8, new Delete(ANN), DONE),
        at(9, 10, new Create(new Who("globex", "ann"), null), DONE),
        at(11, 12, new ReadUser(ANN), new Missing()));
    assertBadUser(at(1, 2, new Create(ANN, null), new Taken()));
    assertBadUser(
        at(1, 2, new Create(ANN, null), DONE),
        at(3, 4, new Delete(ANN), new Missing()),
        at(5, 6, new ReadUser(ANN), new Missing()));
    assertBadUser(
        at(1, 2, new Create(ANN, IP), DONE), at(3, 4, new ReadUser(ANN), new Shows(OTHER)));
  }

  @Test
  void tellsWhereItWentWrong() {
    List<Operation> part =
        Linearizability.impossiblePart(
            new AddressModel(IP),
            List.of(
                at(1, 2, new Nominate(ANN, IP), DONE),
                at(3, 4, READ, NOBODYS),
                at(5, 6, READ, ANNS)));

    assertEquals(at(3, 4, READ, NOBODYS), part.getLast());
  }

  @Test
  void manyAtOnceAreNoLongSearch() {
    Stream<Operation> claims =
        IntStream.range(0, 200)
            .mapToObj(i -> at(i, 300 + i, new Nominate(ANN, i % 2 == 0 ? IP : OTHER), DONE));
    Stream<Operation> end = Stream.of(at(900, 901, READ, ANNS));

    List<Operation> history = Stream.concat(claims, end).toList();

    assertTimeout(
        Duration.ofSeconds(5),
        () -> assertTrue(Linearizability.holds(new AddressModel(IP), history)));
  }

  private static final Action ASK = new Ask(ANN, IP, false);
  private static final Link LINK = new Link(IP, "one");
  private static final Link ANOTHER = new Link(IP, "another");
  private static final Action PROOF = new Prove(ANN, LINK, true);
  private static final Operation MADE = at(1, 2, new Create(ANN, null), DONE);

  @Test
  void whatWaitsIsProvenOnce() {
    assertGoodUser(
        MADE,
        at(3, 4, ASK, new Waits(LINK)),
        at(5, 6, ASK, new Waits(LINK)),
        at(7, 8, new Prove(ANN, LINK, false), new NotThere()),
        at(9, 10, PROOF, DONE),
        at(11, 12, PROOF, new Missing()),
        at(13, 14, new ReadUser(ANN), new Shows(IP)));
    assertBadUser(
        MADE, at(3, 4, ASK, new Waits(LINK)), at(5, 6, PROOF, DONE), at(7, 8, PROOF, DONE));
    assertBadUser(
        MADE,
        at(3, 4, ASK, new Waits(LINK)),
        at(5, 6, new Release(ANN), DONE),
        at(7, 8, PROOF, DONE));
    assertBadUser(MADE, at(3, 4, ASK, new Waits(LINK)), at(5, 6, PROOF, new Missing()));
    assertBadUser(MADE, at(3, 4, ASK, new Waits(LINK)), at(5, 6, ASK, new Waits(ANOTHER)));
  }

  @Test
  void whatWaitsIsOverAfterADay() {
    Operation day = at(5, 6, new PassDay(), DONE);
    Operation asked = at(3, 4, ASK, new Waits(LINK));
    assertGoodUser(MADE, asked, day, at(7, 8, PROOF, new Missing()));
    assertGoodUser(MADE, asked, day, at(7, 8, ASK, new Waits(ANOTHER)));
    assertBadUser(MADE, asked, day, at(7, 8, PROOF, DONE));
    assertBadUser(MADE, asked, day, at(7, 8, new ReadUser(ANN), new Shows(null, LINK)));
    // Begun the day before, it may end the day after.
    assertGoodUser(MADE, asked, day, at(4, 8, PROOF, DONE));
  }

  @Test
  void whatWaitsIsNobodys() {
    assertGood(
        at(1, 2, ASK, new Waits(LINK)),
        at(3, 4, READ, NOBODYS),
        at(5, 6, new Nominate(BOB, IP), DONE),
        at(7, 8, PROOF, new Held(BOB)));
    assertBad(at(1, 2, new Nominate(BOB, IP), DONE), at(3, 4, PROOF, DONE));
    assertBad(at(1, 2, ASK, new Waits(LINK)), at(3, 4, READ, ANNS));
  }

  /** What the search leaves out changes no verdict. */
  @Test
  void saysWhatTryingEveryOrderSays() {
    SplittableRandom random = new SplittableRandom(7);
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      List<Operation> history = IntStream.range(0, 6).mapToObj(_ -> anyOperation(random)).toList();
      boolean expected = hasAnOrder(history, NOBODY_YET);
      good += expected ? 1 : 0;

      boolean found = Linearizability.holds(new AddressModel(IP), history);

      assertEquals(expected, found, history::toString);
    }
    assertTrue(good > 2000 && good < 18_000, "The histories are too much alike: " + good);
  }

  private static boolean hasAnOrder(List<Operation> rest, Who owner) {
    long earliest = rest.stream().mapToLong(Operation::returned).min().orElse(Operation.NEVER);
    return rest.stream().noneMatch(Operation::isAnswered)
        || rest.stream()
            .filter(operation -> operation.invoked() <= earliest)
            .anyMatch(operation -> hasAnOrder(rest, operation, owner));
  }

  private static boolean hasAnOrder(List<Operation> all, Operation first, Who owner) {
    Who next = new AddressModel(IP).after(owner, first);
    List<Operation> others = new ArrayList<>(all);
    others.remove(first);
    return next != null && hasAnOrder(others, next);
  }

  private static Operation anyOperation(SplittableRandom random) {
    Who who = random.nextInt(3) == 0 ? BOB : ANN;
    Action action =
        List.of(
                new Nominate(who, IP),
                new Nominate(who, IP),
                new Nominate(who, OTHER),
                new Release(who),
                new Delete(who),
                new Create(who, null),
                READ)
            .get(random.nextInt(7));
    long invoked = random.nextInt(20);
    if (!action.equals(READ) && random.nextInt(5) == 0) {
      return Operation.unanswered(action, invoked);
    }
    Outcome refusal = new Held(who.equals(ANN) ? BOB : ANN);
    Outcome outcome =
        action.equals(READ)
            ? random.nextBoolean() ? ANNS : NOBODYS
            : action.equals(new Nominate(who, IP)) && random.nextInt(3) == 0 ? refusal : DONE;
    return at(invoked, invoked + 1 + random.nextInt(12), action, outcome);
  }

  private static Operation at(long invoked, long returned, Action action, Outcome outcome) {
    return new Operation(action, outcome, invoked, returned);
  }

  private static void assertGood(Operation... history) {
    assertTrue(Linearizability.holds(new AddressModel(IP), List.of(history)));
  }

  private static void assertBad(Operation... history) {
    assertFalse(Linearizability.holds(new AddressModel(IP), List.of(history)));
  }

  private static void assertGoodUser(Operation... history) {
    assertTrue(Linearizability.holds(new UserModel("ann", List.of()), List.of(history)));
  }

  private static void assertBadUser(Operation... history) {
    assertFalse(Linearizability.holds(new UserModel("ann", List.of()), List.of(history)));
  }
}
