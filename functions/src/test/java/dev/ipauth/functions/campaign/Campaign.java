package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Many claimers on a faulty DynamoDB, and what became of it. Two checks at the end: the tables
 * agree with each other, and every address and every username has a history that can be told.
 */
final class Campaign {
  /**
   * What became of it.
   *
   * @param faults of how many calls, by kind
   * @param violations empty when every promise was kept
   */
  record Report(
      Plan plan,
      List<Operation> operations,
      Map<Fault, Long> faults,
      long stragglers,
      List<String> violations,
      Duration asking,
      Duration checking) {
    /** How many calls met a fault. */
    long faulty() {
      return faults.values().stream().mapToLong(Long::longValue).sum()
          - faults.getOrDefault(Fault.NONE, 0L);
    }

    long unanswered() {
      return operations.stream().filter(operation -> !operation.isAnswered()).count();
    }

    @Override
    public String toString() {
      return "%s operations (%s unanswered), %s, %s stragglers made; %s ms, checked in %s ms; %s"
          .formatted(
              operations.size(),
              unanswered(),
              faults,
              stragglers,
              asking.toMillis(),
              checking.toMillis(),
              plan.replay());
    }
  }

  private static final int ONE_IN = 20;

  private final Plan plan;
  private final List<Field> fields;
  private final Stragglers stragglers = new Stragglers(Register.withoutFaults());
  private final BadWeather weather;
  private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Links links = new Links();
  private final AtomicInteger begun = new AtomicInteger();

  private Campaign(Plan plan) {
    this.plan = plan;
    weather = new BadWeather(stragglers, plan);
    fields =
        IntStream.range(0, (plan.claimed() + Field.ADDRESSES - 1) / Field.ADDRESSES)
            .mapToObj(number -> new Field(number, plan.claimed()))
            .toList();
  }

  /**
   * @param mutants what to change of the requests before they meet the weather
   */
  static Report run(Plan plan, ExecutionInterceptor... mutants) {
    List<ExecutionInterceptor> interceptors = new ArrayList<>(List.of(mutants));
    Campaign campaign = new Campaign(plan);
    interceptors.add(campaign.weather);
    try (Register register = new Register(interceptors, plan)) {
      return campaign.run(register);
    }
  }

  private Report run(Register register) {
    long begin = System.nanoTime();
    Audits audits = new Audits(register, violations::add);
    try (Audits _ = audits.begin();
        ExecutorService threads = Executors.newFixedThreadPool(plan.claimers())) {
      Claimer claimer =
          new Claimer(register.users(), register.addresses(), register.clock(), links);
      for (int i = 0; i < plan.claimers(); i++) {
        SplittableRandom random = new SplittableRandom(plan.seed() * 1000 + i);
        threads.execute(() -> claim(claimer, random));
      }
    }
    stragglers.close();
    audits.audit();
    long asked = System.nanoTime();
    List<String> found = new ArrayList<>(violations);
    found.addAll(
        new Findings(fields, List.copyOf(operations), register, plan.maxSmtpUsers()).all());
    return new Report(
        plan,
        List.copyOf(operations),
        weather.counts(),
        stragglers.made(),
        found,
        Duration.ofNanos(asked - begin),
        Duration.ofNanos(System.nanoTime() - asked));
  }

  private void claim(Claimer claimer, SplittableRandom random) {
    for (int n = begun.getAndIncrement(); n < plan.operations(); n = begun.getAndIncrement()) {
      Field field = field(n, random);
      Action action = plan.proof() ? field.drawWithProof(random, links) : field.draw(random);
      weather.over(random, () -> perform(claimer, action));
      if (random.nextInt(ONE_IN) == 0) {
        weather.over(random, () -> list(claimer, Field.ACCOUNTS.getFirst()));
      }
    }
  }

  private void perform(Claimer claimer, Action action) {
    long invoked = System.nanoTime();
    try {
      operations.add(claimer.perform(action));
    } catch (RuntimeException e) {
      // The API would answer 500.
      violations.add(action + " ended with " + e);
      operations.add(Operation.unanswered(action, invoked));
    }
  }

  private void list(Claimer claimer, String account) {
    try {
      claimer.list(account);
    } catch (RuntimeException e) {
      violations.add("A listing ended with " + e);
    }
  }

  /** All claimers are in the same few fields. */
  private Field field(int operation, SplittableRandom random) {
    long number = (long) operation * fields.size() / plan.operations();
    return fields.get((int) Math.min(number + random.nextInt(2), fields.size() - 1));
  }
}
