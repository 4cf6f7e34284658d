package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Link;
import dev.ipauth.functions.campaign.Operation.Prove;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** Links that somebody was told of: those that are used, over and taken back stay among them. */
final class Links {
  private static final String MADE_UP = "m".repeat(26);
  private static final int LATEST = 5;

  private record Known(Who who, Link link) {}

  private final List<Known> known = new CopyOnWriteArrayList<>();

  void add(Who who, Link link) {
    known.add(new Known(who, link));
  }

  /**
   * Mostly by one of the latest links, at its address; sometimes with a code that was never given.
   */
  Optional<Action> proof(List<String> usernames, SplittableRandom random) {
    List<Known> theirs =
        known.stream().filter(one -> usernames.contains(one.who().user())).toList();
    if (theirs.isEmpty()) {
      return Optional.empty();
    }
    int among = random.nextInt(4) > 0 ? Math.min(LATEST, theirs.size()) : theirs.size();
    Known one = theirs.get(theirs.size() - 1 - random.nextInt(among));
    boolean isMadeUp = random.nextInt(30) == 0;
    Link link = isMadeUp ? new Link(one.link().ip(), MADE_UP) : one.link();
    return Optional.of(new Prove(one.who(), link, random.nextInt(5) > 0));
  }
}
