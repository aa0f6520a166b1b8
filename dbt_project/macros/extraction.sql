{#- The version of the extractor of a claim: the version of the rules, or the model with the version of its prompt.
    `extractions` is the alias of that table in the caller's `from`. -#}
{% macro read_by(extractor, extractions) -%}
    case
        when {{ extractor }} = 'llm' then {{ extractions }}.model || ' (prompt ' || {{ extractions }}.prompt_version || ')'
        else split_part({{ extractions }}.extractor_version, '+', 1)
    end
{%- endmacro %}

{#- The words around the quote, 40 characters on either side. Pages that copy each other share them. -#}
{% macro passage(text, char_start, char_end) -%}
    {{ folded("substr(" ~ text ~ ", greatest(" ~ char_start ~ " - 39, 1), " ~ char_end ~ " - greatest(" ~ char_start ~ " - 40, 0) + 40)") }}
{%- endmacro %}

{#- The best accepted claim of each field in the texts of a source; one row for each text, also without findings. -#}
{% macro best_claims_of_texts(source) -%}
    select
        source_record_id,
        payload_hash,
        max(aboutness) as aboutness,
        {%- for field in [
            'entity_name', 'street_address', 'locality', 'city', 'postcode', 'phone', 'email', 'website_url',
            'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi',
            'parking_available', 'disabled_access', 'summary'
        ] %}
        max(value) filter (where field_name = '{{ field }}' and claim_rank = 1) as {{ field }},
        {%- endfor %}
        list(value order by value) filter (
            where field_name = 'discovered_attributes' and claim_rank is not null
        ) as attribute_objects
    from {{ ref('stg_extract__claims') }}
    where source_name = '{{ source }}'
    group by source_record_id, payload_hash
{%- endmacro %}
