package dev.ipauth.relay.operation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A counter for each word of a fixed set; all are there from the start, so none is missed at 0. */
final class Counters<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  Counters(MeterRegistry registry, Class<E> words, String name, String label, String help) {
    counters = new EnumMap<>(words);
    for (E word : words.getEnumConstants()) {
      var counter =
          Counter.builder(name)
              .description(help)
              .tag(label, word.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(registry);
      counters.put(word, counter);
    }
  }

  void count(E word) {
    Objects.requireNonNull(counters.get(word)).increment();
  }
}
