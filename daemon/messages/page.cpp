#include "daemon/messages/page.hpp"

#include "daemon/messages/letter_data.hpp"

namespace forcewatch {

namespace {

using kainjow::mustache::data;

constexpr auto layout = R"html(<!DOCTYPE html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{title}}</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.5 Arial, Helvetica, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
li { margin: 0 0 .75rem; }
.quiet { opacity: .75; }
label { display: block; margin: 1rem 0 .25rem; font-weight: bold; }
input, select, button { font: inherit; padding: .4rem .6rem; box-sizing: border-box; max-width: 100%; }
input { width: 100%; }
button { display: block; margin-top: 1.5rem; background: #00703c; color: #fff; border: 0; padding: .6rem 1.2rem; font-weight: bold; cursor: pointer; }
:focus { outline: 3px solid #ffdd00; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>{{title}}</h1>
{{#text}}<p>{{text}}</p>{{/text}}
{{#has_rows}}<ul>{{#rows}}<li><strong>{{title}}</strong><br>{{summary}}{{#state}}<br><span class="quiet">{{state}}</span>{{/state}}</li>{{/rows}}</ul>{{/has_rows}}
{{#button}}<form method="post">
{{#ask_reason}}<label for="reason">{{ask_reason}}</label>
<input id="reason" name="reason" maxlength="400" autocomplete="off">
<label for="days">{{ask_days}}</label>
<select id="days" name="days">{{#choices}}<option value="{{value}}">{{words}}</option>{{/choices}}</select>
{{/ask_reason}}<button type="submit">{{button}}</button>
</form>{{/button}}
</main>
</body>
</html>
)html";

}  // namespace

std::string html_page(const Page& page) {
    data rows{data::type::list};
    for (const auto& row : page.rows) {
        data item{data::type::object};
        item.set("title", row.title);
        item.set("summary", row.summary);
        set_text(item, "state", row.state);
        rows << item;
    }
    data choices{data::type::list};
    for (const auto& choice : page.choices) {
        data item{data::type::object};
        item.set("value", choice.value);
        item.set("words", choice.words);
        choices << item;
    }
    data values{data::type::object};
    values.set("language", page.language);
    values.set("title", page.title);
    set_text(values, "text", page.text);
    values.set("has_rows", !page.rows.empty());
    values.set("rows", rows);
    set_text(values, "button", page.button);
    set_text(values, "ask_reason", page.ask_reason);
    values.set("ask_days", page.ask_days);
    values.set("choices", choices);
    kainjow::mustache::mustache whole{layout};
    return whole.render(values);
}

}  // namespace forcewatch
