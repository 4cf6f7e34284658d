package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Claim;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.OfUser;
import dev.ipauth.functions.campaign.Operation.Outcome;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Shows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a campaign has broken: looked for when all is quiet. */
final class Findings {
  private static final int TOLD = 30;

  private final List<Field> fields;
  private final Map<Who, Shows> shown = new HashMap<>();
  private final Map<String, String> waiting = new HashMap<>();
  private final Map<String, String> codes;
  private final List<Operation> days;
  private final Map<String, Who> owners = new HashMap<>();
  private final Map<String, List<Operation>> ofUsername;
  private final Map<String, List<Operation>> movesFrom;
  private final Map<String, List<Operation>> ofAddress;
  private final Map<String, Integer> counted;
  private final int most;
  private final List<String> found = new ArrayList<>();

  Findings(List<Field> fields, List<Operation> operations, Register register, int most) {
    this.most = most;
    this.fields = fields;
    register
        .allUsers()
        .forEach(
            user ->
                shown.put(
                    new Who(user.accountId(), user.username().text()),
                    Claimer.shown(user, register.clock().instant())));
    register.allUsers().stream()
        .filter(user -> user.pending() != null)
        .forEach(user -> waiting.put(user.pending().code(), user.username().text()));
    codes = register.codes();
    days = operations.stream().filter(o -> o.action() instanceof PassDay).toList();
    register
        .allAddresses()
        .forEach(
            row ->
                owners.put(row.ip().toString(), new Who(row.accountId(), row.username().text())));
    ofUsername =
        operations.stream()
            .filter(operation -> operation.action() instanceof OfUser)
            .collect(Collectors.groupingBy(o -> ((OfUser) o.action()).who().user()));
    movesFrom =
        operations.stream()
            .filter(operation -> operation.action() instanceof Move)
            .collect(Collectors.groupingBy(o -> ((Move) o.action()).from()));
    counted = register.counts();
    ofAddress =
        operations.stream()
            .filter(operation -> operation.action() instanceof ReadAddress)
            .collect(Collectors.groupingBy(o -> ((ReadAddress) o.action()).ip()));
  }

  /** Sentences; none when every promise was kept. */
  List<String> all() {
    disagreements();
    counts();
    for (Field field : fields) {
      field.addresses().forEach(ip -> address(ip, field));
      field.usernames().forEach(username -> user(username, field));
    }
    return found;
  }

  private void disagreements() {
    shown.forEach(
        (who, shows) -> {
          String ip = shows.ip();
          if (ip != null && !who.equals(owners.get(ip))) {
            found.add("%s shows %s, which is %s's".formatted(who, ip, owners.get(ip)));
          }
        });
    owners.forEach(
        (ip, who) -> {
          Shows shows = shown.get(who);
          if (shows == null || !ip.equals(shows.ip())) {
            found.add("The row of %s is an orphan: %s has %s".formatted(ip, who, shows));
          }
        });
    if (!codes.equals(waiting)) {
      found.add("Codes lead to %s, and those wait: %s".formatted(codes, waiting));
    }
  }

  private void counts() {
    Map<String, Integer> users = new HashMap<>();
    shown.keySet().forEach(who -> users.merge(who.account(), 1, Integer::sum));
    for (String account : Field.ACCOUNTS) {
      int are = users.getOrDefault(account, 0);
      int told = counted.getOrDefault(account, 0);
      if (are != told || are > most) {
        found.add("%s has %s users of %s, and %s are counted".formatted(account, are, most, told));
      }
    }
  }

  private void address(String ip, Field field) {
    AddressModel model = new AddressModel(ip);
    Set<Who> claimers =
        operations(field)
            .map(Operation::action)
            .filter(action -> wants(action, ip))
            .map(action -> ((OfUser) action).who())
            .collect(Collectors.toSet());
    List<Operation> history =
        Stream.concat(operations(field), ofAddress.getOrDefault(ip, List.of()).stream())
            .filter(o -> !(o.action() instanceof OfUser of) || claimers.contains(of.who()))
            .filter(model::concerns)
            .collect(Collectors.toCollection(ArrayList::new));
    for (String account : Field.ACCOUNTS) {
      Who owner = owners.get(ip);
      boolean own = owner != null && owner.account().equals(account);
      history.add(atTheEnd(new ReadAddress(account, ip), new OwnedBy(own ? owner : null)));
    }
    check(ip, model, history);
  }

  private static boolean wants(Action action, String ip) {
    return (action instanceof Claim claim && ip.equals(claim.ip()))
        || (action instanceof Ask ask && ip.equals(ask.ip()));
  }

  private void user(String username, Field field) {
    UserModel model = new UserModel(username, days);
    List<Operation> history =
        Stream.concat(
                Stream.concat(
                    ofUsername.getOrDefault(username, List.of()).stream(),
                    movesFrom.getOrDefault(username, List.of()).stream()),
                field.addresses().stream()
                    .flatMap(ip -> ofAddress.getOrDefault(ip, List.of()).stream()))
            .filter(model::concerns)
            .collect(Collectors.toCollection(ArrayList::new));
    history.addAll(daysOf(history));
    for (String account : Field.ACCOUNTS) {
      Who who = new Who(account, username);
      Shows shows = shown.get(who);
      history.add(atTheEnd(new ReadUser(who), shows == null ? new Missing() : shows));
    }
    check(username, model, history);
  }

  /** Nothing waits before a history, so the days before it don't matter. */
  private List<Operation> daysOf(List<Operation> history) {
    long begin = history.stream().mapToLong(Operation::invoked).min().orElse(Operation.NEVER);
    return days.stream().filter(day -> day.returned() > begin).toList();
  }

  private Stream<Operation> operations(Field field) {
    return field.usernames().stream()
        .flatMap(username -> ofUsername.getOrDefault(username, List.of()).stream());
  }

  private <S> void check(String what, Model<S> model, List<Operation> history) {
    List<Operation> counted = history.stream().filter(Predicate.not(Findings::isLostRead)).toList();
    if (!Linearizability.holds(model, counted)) {
      String part = told(Linearizability.impossiblePart(model, counted));
      found.add("No order explains what was answered of %s:\n%s".formatted(what, part));
    }
  }

  private static boolean isLostRead(Operation operation) {
    return !operation.isAnswered()
        && (operation.action() instanceof ReadUser || operation.action() instanceof ReadAddress);
  }

  private static Operation atTheEnd(Action read, Outcome outcome) {
    return new Operation(read, outcome, Operation.NEVER - 2, Operation.NEVER - 1);
  }

  private static String told(List<Operation> history) {
    return history.stream()
        .skip(Math.max(0, history.size() - TOLD))
        .map(Operation::toString)
        .collect(Collectors.joining("\n"));
  }
}
