package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Path.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The parts of a row that are wanted.
 *
 * @param wanted null for a leaf, which is wanted whole
 */
public record Projection(Tree wanted) {
  /** The paths by their first element, then by their second, and so on. */
  record Tree(Map<Element, @Nullable Tree> branches) {}

  static Projection parse(Tokens tokens, Placeholders placeholders) {
    OperandParser operands = new OperandParser(tokens, placeholders);
    List<Path> paths = new ArrayList<>();
    do {
      paths.add(operands.path());
    } while (tokens.takeIfSign(","));
    tokens.takeEnd();
    Overlaps.refuse(paths, tokens);
    Tree tree = new Tree(new LinkedHashMap<>());
    paths.forEach(path -> add(tree, path.elements()));
    return new Projection(tree);
  }

  private static void add(Tree tree, List<Element> elements) {
    Element first = elements.getFirst();
    if (elements.size() == 1) {
      tree.branches().put(first, null);
      return;
    }
    Tree branch = tree.branches().get(first);
    if (branch == null) {
      branch = new Tree(new LinkedHashMap<>());
      tree.branches().put(first, branch);
    }
    add(branch, elements.subList(1, elements.size()));
  }

  /** What of the row is wanted; maps and lists keep their shape around it. */
  public Map<String, AttributeValue> of(Map<String, AttributeValue> row) {
    return members(row, wanted);
  }

  private static Map<String, AttributeValue> members(Map<String, AttributeValue> map, Tree wanted) {
    Map<String, AttributeValue> found = new LinkedHashMap<>();
    wanted
        .branches()
        .forEach(
            (element, branch) -> {
              AttributeValue value =
                  element instanceof Element.Name(String name) ? map.get(name) : null;
              AttributeValue part = value == null ? null : part(value, branch);
              if (part != null) {
                found.put(element.toString(), part);
              }
            });
    return found;
  }

  private static @Nullable AttributeValue part(AttributeValue value, @Nullable Tree wanted) {
    if (wanted == null) {
      return value;
    }
    if (value.hasM()) {
      Map<String, AttributeValue> members = members(value.m(), wanted);
      return members.isEmpty() ? null : AttributeValue.fromM(members);
    }
    if (value.hasL()) {
      List<AttributeValue> entries = entries(value.l(), wanted);
      return entries.isEmpty() ? null : AttributeValue.fromL(entries);
    }
    return null;
  }

  /** In the list's order; what isn't wanted between them is left out. */
  private static List<AttributeValue> entries(List<AttributeValue> list, Tree wanted) {
    TreeMap<Integer, AttributeValue> found = new TreeMap<>();
    wanted
        .branches()
        .forEach(
            (element, branch) -> {
              if (element instanceof Element.Index(int index) && index < list.size()) {
                AttributeValue part = part(list.get(index), branch);
                if (part != null) {
                  found.put(index, part);
                }
              }
            });
    return List.copyOf(found.values());
  }
}
