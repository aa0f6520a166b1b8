-- One row per publication, cause and field.
with publications as (

    select * from {{ ref('publications') }}

),

published_changes as (

    select * from {{ ref('published_changes') }}

)

select
    publications.publication_no,
    publications.command,
    published_changes.hand,
    published_changes.field_name,
    count(*) as cells
from published_changes
inner join publications
    on published_changes.publication_no = publications.publication_no
group by publications.publication_no, publications.command, published_changes.hand, published_changes.field_name
order by publications.publication_no desc, cells desc, published_changes.hand, published_changes.field_name
