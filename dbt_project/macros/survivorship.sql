{#- A value in the form that is compared: a difference in spelling is agreement, not conflict. A sum with 0 has no
    -0.0, so that places on both sides of Greenwich agree. -#}
{% macro normalised_value(field_name, value) -%}
    case
        when {{ field_name }} like '%_url' then {{ url_key(value) }}
        when {{ field_name }} in ('latitude', 'longitude') then (round({{ value }}::double, 3) + 0)::varchar
        when {{ field_name }} in ('entity_name', 'street_address', 'locality', 'city', 'summary', 'description')
            then {{ folded(value) }}
        when {{ field_name }} = 'postcode' then replace(upper({{ value }}), ' ', '')
        when {{ field_name }} = 'opening_hours' then replace({{ value }}, ' ', '')
        else {{ value }}
    end
{%- endmacro %}

{#- A text as a part of an id. A stroke separates the parts, so a stroke in the text is escaped. -#}
{% macro id_part(expression) -%}
    replace(replace({{ expression }}, '\', '\\'), '|', '\|')
{%- endmacro %}

{#- The order of the claims of a cell, the best first. -#}
{% macro claims_in_order() -%}
order by
            is_eligible_in_cell desc,
            is_override desc,
            group_rank nulls last,
            contact_rank desc,
            verification_rank desc,
            text_completeness desc,
            trust_points desc nulls last,
            support desc,
            confidence desc nulls last,
            stated_at desc,
            -- these only give ties one fixed order
            source_name,
            source_record_id,
            claim_id
{%- endmacro %}

{#- What a claim is about: for a website, its site. Claims about one subject may differ in their form alone. -#}
{% macro subject_of(claims) -%}
    if(
        {{ claims }}.field_name = 'website_url',
        split_part({{ claims }}.value_normalised, '/', 1),
        {{ claims }}.value_normalised
    )
{%- endmacro %}

{#- 1 for the full form of a value; 0 for the start page of a site, which may have a page of the place, and for a name
    in capitals. -#}
{% macro form_rank(claims) -%}
    case {{ claims }}.field_name
        when 'website_url'
            then if(regexp_matches({{ claims }}.value_normalised, '{{ var("general_page_pattern") }}'), 0, 1)
        when 'entity_name' then if({{ is_in_capitals(claims ~ '.value') }}, 0, 1)
        else 1
    end
{%- endmacro %}

{#- Whether a text of more than a few letters has capitals and no small letter. -#}
{% macro is_in_capitals(text) -%}
    ({{ text }} = upper({{ text }}) and {{ text }} != lower({{ text }}) and length({{ text }}) > 4)
{%- endmacro %}

{#- The share of its source's trust that a doubtful value has. -#}
{% macro belief_in(doubt) -%}
    case {{ doubt }}
        {%- for reason in ['foreign_phone', 'shared_line', 'no_house_number', 'capitals'] %}
        when '{{ reason }}' then {{ var(reason ~ '_belief') }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}

{#- What a claim adds to the log odds of its value, in thousandths of a natural logarithm: the vote count of Dong,
    Berti-Equille and Srivastava (2009), with trust as the accuracy of the source. -#}
{% macro vote(decayed_trust, verification) -%}
    {%- set accuracy -%}
        least(
            coalesce({{ decayed_trust }}, 0) / 100
            * if({{ verification }} = 'verified', {{ var('verified_belief') }}, {{ var('inferred_belief') }}),
            {{ var('greatest_confidence') }}
        )
    {%- endset -%}
    round(1000 * ln(greatest({{ var('wrong_values') }} * {{ accuracy }} / (1 - {{ accuracy }}), 1)))::integer
{%- endmacro %}

{#- Votes as odds, in millionths: precise enough for four decimals of a probability. -#}
{% macro odds(support) -%}
    round(exp(least({{ support }}, 60000) / 1000.0) * 1000000)::hugeint
{%- endmacro %}

{#- A probability calibrated by the seed `confidence_calibration` (Platt 1999). -#}
{% macro calibrated(probability, slope, intercept) -%}
    {%- set held -%} least(greatest({{ probability }}, 0.0001), 0.9999) {%- endset -%}
    1 / (1 + exp(-({{ slope }} * ln({{ held }} / (1 - {{ held }})) + {{ intercept }})))
{%- endmacro %}

{#- The cell and snapshot of a claim as one number, which joins and groups faster than four columns. -#}
{% macro cell_hash(claims) -%}
    {{ passing_key([claims ~ '.entity_id', claims ~ '.snapshot_at', claims ~ '.field_name', claims ~ '.item']) }}
{%- endmacro %}

{#- A golden cell's value as text; a list or an object as JSON. -#}
{% macro cell_as_text() -%}
    case
        when strategy != 'union' then value
        when field_name = 'discovered_attributes' then to_json(map(list_of_items, list_of_values))::varchar
        else to_json(list_of_items)::varchar
    end
{%- endmacro %}
