package dev.ipauth.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The package's {@code ipauth-relay.env}: every setting of {@code CONFIGURATION.md} with what it
 * means, commented out. It is written anew for each package, so it has what the code has.
 */
final class EnvironmentFile {
  private static final int WIDTH = 100;
  private static final Pattern ROW = Pattern.compile("\\| (`[A-Z].*?) \\| (.*?) \\| (.*) \\|");
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]+)`");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  private static final String HEAD =
      """
      # The settings of ipauth-relay. After a change: systemctl restart ipauth-relay
      #
      # Each has its default; take the # away from a line to set something else. Only NEXT_HOP must be
      # set. A value with blanks goes between double quotes. A bad one is said in the journal:
      # journalctl -u ipauth-relay
      """;

  private final Map<String, String> ofThePackage;
  private final List<String> lines = new ArrayList<>(HEAD.lines().toList());

  private EnvironmentFile(Map<String, String> ofThePackage) {
    this.ofThePackage = ofThePackage;
  }

  /**
   * Prints it.
   *
   * @param arguments the paths of CONFIGURATION.md and of the package's own defaults
   * @throws IOException when one of them can't be read
   */
  public static void main(String... arguments) throws IOException {
    System.out.print(
        of(Files.readString(Path.of(arguments[0])), Files.readString(Path.of(arguments[1]))));
  }

  /**
   * Makes it.
   *
   * @param configuration a document with tables of settings: name, default, meaning
   * @param defaults the package's own, {@code NAME=value} in each line
   */
  static String of(String configuration, String defaults) {
    var file = new EnvironmentFile(settings(defaults));
    configuration.lines().forEach(file::read);
    return String.join("\n", file.lines) + "\n";
  }

  private static Map<String, String> settings(String defaults) {
    var settings = new HashMap<String, String>();
    defaults
        .lines()
        .filter(line -> !line.startsWith("#") && line.contains("="))
        .map(line -> line.split("=", 2))
        .forEach(pair -> settings.put(pair[0], pair[1]));
    return settings;
  }

  private void read(String line) {
    if (line.startsWith("## ")) {
      lines.addAll(List.of("", "#".repeat(WIDTH), "# " + line.substring(3)));
    }
    Matcher row = ROW.matcher(line);
    if (row.matches()) {
      List<String> names = NAME.matcher(row.group(1)).results().map(name -> name.group(1)).toList();
      lines.add("");
      lines.addAll(wrapped(plain(row.group(3))));
      names.forEach(name -> lines.add("#" + name + "=" + value(name, row.group(2), names)));
    }
  }

  /** Several settings in one row have their defaults in the same order. */
  private String value(String name, String written, List<String> names) {
    String own = ofThePackage.get(name);
    if (own != null) {
      return own;
    }
    String[] each = written.split(", (?=`)", -1);
    String mine = each.length == names.size() ? each[names.indexOf(name)] : written;
    Matcher code = CODE.matcher(mine);
    if (code.find()) {
      return code.group(1);
    }
    return mine.equals("unset") || mine.contains(" ") ? "" : mine;
  }

  private static String plain(String markdown) {
    return LINK.matcher(markdown.replace("`", "").replace("\\|", "|")).replaceAll("$1");
  }

  private static List<String> wrapped(String text) {
    var wrapped = new ArrayList<String>();
    var line = new StringBuilder("#");
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        wrapped.add(line.toString());
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    wrapped.add(line.toString());
    return wrapped;
  }
}
