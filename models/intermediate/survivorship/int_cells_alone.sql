-- One row per cell and snapshot with a single claim, by the hash of the cell. Such a claim needs no comparison. A hash
-- that two cells share has no row, and their claims are compared as usual.
{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claims') }}

),

hashed as (

    select {{ cell_hash('claims') }} as cell_hash
    from claims

),

cells_alone as (

    select cell_hash
    from hashed
    group by cell_hash
    having count(*) = 1

)

select * from cells_alone
